#include "http/request.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "call/messages.h"

enum { COUNTY_DIGITS = 6, SECRET_TEXT = 43, IDEMPOTENCY_MAX = 64 };

static const char token_prefix[] = "wl1_";

static bool consists_of(const char *s, size_t n, const char *marks)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!alnum && (c == '\0' || !strchr(marks, c)))
            return false;
    }
    return true;
}

/* --- who asks --------------------------------------------------------------------------------- */

/* Length of the token is fixed; n is what stands there. */
static bool token_take(struct call *c, const char *s, size_t n)
{
    const char *county = s + sizeof token_prefix - 1;
    const char *secret = county + COUNTY_DIGITS + 1;
    int64_t number;

    if (n != sizeof token_prefix - 1 + COUNTY_DIGITS + 1 + SECRET_TEXT ||
        memcmp(s, token_prefix, sizeof token_prefix - 1) != 0 || secret[-1] != '_' ||
        strspn(county, "0123456789") != COUNTY_DIGITS || !consists_of(secret, SECRET_TEXT, "-_"))
        return false;
    if (!str_int64(arena_strndup(c->arena, county, COUNTY_DIGITS), &number))
        return false;
    c->county = (int)number;
    c->secret = arena_strndup(c->arena, secret, SECRET_TEXT);
    return true;
}

static bool bearer_take(struct call *c, const char *value)
{
    static const char scheme[] = "Bearer ";

    if (!value || strncasecmp(value, scheme, sizeof scheme - 1) != 0)
        return false;
    value += strspn(value + sizeof scheme - 1, " ") + sizeof scheme - 1;
    return token_take(c, value, strlen(value));
}

static bool cookie_take(struct call *c, const char *value, const char *name)
{
    size_t name_n = strlen(name);

    while (value && *value) {
        size_t n;

        value += strspn(value, " ;");
        n = strcspn(value, "; ");
        if (n > name_n && strncmp(value, name, name_n) == 0 && value[name_n] == '=')
            return token_take(c, value + name_n + 1, n - name_n - 1);
        value += n;
    }
    return false;
}

/* "https://host:port" names the host that Host names. */
static bool origin_is_ours(const char *origin, const char *host)
{
    const char *authority = strstr(origin, "://");

    return authority && strcasecmp(authority + 3, host) == 0;
}

static bool same_site(const struct guard *g)
{
    const char *csrf = g->field[HEAD_X_CSRF];
    const char *fetch = g->field[HEAD_SEC_FETCH_SITE];
    const char *origin = g->field[HEAD_ORIGIN];

    return csrf && strcmp(csrf, "1") == 0 && (!fetch || strcmp(fetch, "same-origin") == 0) &&
           (!origin || origin_is_ours(origin, g->field[HEAD_HOST]));
}

static bool who_asks(struct call *c, const struct guard *g, bool secure_cookie)
{
    const char *cookie = secure_cookie ? "__Host-wl" : "wl";

    if (c->op->flags & OP_ANONYMOUS)
        return true;
    if (bearer_take(c, g->field[HEAD_AUTHORIZATION]))
        return true;
    if (!cookie_take(c, g->field[HEAD_COOKIE], cookie))
        return true;
    if (strcmp(c->method, "GET") == 0 || same_site(g))
        return true;
    c->county = 0;
    c->secret = NULL;
    return problem(c, 403, "csrf_refused");
}

/* --- lists in header values ------------------------------------------------------------------- */

/* Walks "a;q=0.5, b": the next item's start and length; NULL at the end. */
static const char *item_next(const char **at, size_t *n)
{
    const char *item = *at + strspn(*at, ", \t");

    *n = strcspn(item, ",");
    *at = item + *n;
    while (*n && (item[*n - 1] == ' ' || item[*n - 1] == '\t'))
        --*n;
    return *n ? item : NULL;
}

/* The weight of an item in thousandths: "en;q=0.8" is 800, no q is 1000. */
static int item_weight(const char *item, size_t n)
{
    const char *p = memchr(item, ';', n);
    const char *end = item + n;
    int weight = 0;
    int unit = 1000;

    while (p && p < end && (*p == ';' || *p == ' '))
        p++;
    if (!p || end - p < 3 || (p[0] | 0x20) != 'q' || p[1] != '=')
        return 1000;
    for (p += 2; p < end && unit > 0; p++) {
        if (*p == '.')
            continue;
        if (*p < '0' || *p > '9')
            break;
        weight += (*p - '0') * unit;
        unit /= 10;
    }
    return weight > 1000 ? 1000 : weight;
}

/* The item's value is the word, whatever parameters follow. */
static bool item_is(const char *item, size_t n, const char *word)
{
    size_t len = strlen(word);

    return n >= len && strncasecmp(item, word, len) == 0 &&
           (n == len || item[len] == ';' || item[len] == ' ');
}

enum lang language_choose(const char *accept)
{
    int weight[] = {[LANG_ZH] = 0, [LANG_EN] = 0};
    const char *item;
    size_t n;

    while (accept && (item = item_next(&accept, &n))) {
        int w = item_weight(item, n);
        enum lang lang = strncasecmp(item, "en", 2) == 0 ? LANG_EN : LANG_ZH;

        if (n < 2 || (n > 2 && !strchr("-; ", item[2])))
            continue;
        if ((lang == LANG_EN || strncasecmp(item, "zh", 2) == 0) && w > weight[lang])
            weight[lang] = w;
    }
    return weight[LANG_EN] > weight[LANG_ZH] ? LANG_EN : LANG_ZH;
}

bool token_accepted(const char *list, const char *token)
{
    const char *item;
    size_t n;

    while (list && (item = item_next(&list, &n)))
        if (item_is(item, n, token))
            return item_weight(item, n) > 0;
    return false;
}

static const char *etag_opaque(const char *etag)
{
    return str_starts(etag, "W/") ? etag + 2 : etag;
}

bool etag_listed(const char *list, const char *etag)
{
    const char *want = etag_opaque(etag);
    size_t want_n = strlen(want);
    const char *item;
    size_t n;

    while ((item = item_next(&list, &n))) {
        if (n == 1 && *item == '*')
            return true;
        if (n > 2 && strncmp(item, "W/", 2) == 0) {
            item += 2;
            n -= 2;
        }
        if (n == want_n && memcmp(item, want, n) == 0)
            return true;
    }
    return false;
}

/* --- the rest of the head --------------------------------------------------------------------- */

static bool idempotency_take(struct call *c, const char *key)
{
    size_t n = key ? strlen(key) : 0;

    if (key && (n == 0 || n > IDEMPOTENCY_MAX || !consists_of(key, n, "_-.:")))
        return problem(c, 400, "bad_idempotency_key");
    c->idempotency_key = arena_strdup(c->arena, key);
    return true;
}

const char *request_address(struct call *c, const struct guard *g, const char *peer,
                            const char *proxies)
{
    const char *list = g->field[HEAD_X_FORWARDED_FOR], *item, *last = NULL;
    struct in6_addr any;
    size_t n;

    if (!list || !proxies || !str_has_word(proxies, peer))
        return peer;
    while ((item = item_next(&list, &n)))
        last = arena_strndup(c->arena, item, n);
    return last && (inet_pton(AF_INET, last, &any) == 1 || inet_pton(AF_INET6, last, &any) == 1)
               ? last
               : peer;
}

bool request_fill(struct call *c, const struct guard *g, bool secure_cookie)
{
    c->lang = language_choose(g->field[HEAD_ACCEPT_LANGUAGE]);
    c->if_match = arena_strdup(c->arena, g->field[HEAD_IF_MATCH]);
    c->if_none_match = arena_strdup(c->arena, g->field[HEAD_IF_NONE_MATCH]);
    c->upload_offset = arena_strdup(c->arena, g->field[HEAD_UPLOAD_OFFSET]);
    c->range = arena_strdup(c->arena, g->field[HEAD_RANGE]);
    if (c->op->lane == OP_SECRET)
        c->cookies = arena_strdup(c->arena, g->field[HEAD_COOKIE]);
    c->dry_run = token_accepted(g->field[HEAD_PREFER], "tx=rollback");
    return idempotency_take(c, g->field[HEAD_IDEMPOTENCY_KEY]) && who_asks(c, g, secure_cookie);
}

/* --- body ------------------------------------------------------------------------------------- */

static bool type_is_json(const struct call *c, const char *type)
{
    size_t n = type ? strlen(type) : 0;

    return type && (item_is(type, n, "application/json") ||
                    (strcmp(c->method, "PATCH") == 0 &&
                     item_is(type, n, "application/merge-patch+json")));
}

static bool wants_json(const struct call *c, bool body)
{
    return (c->op->flags & OP_BODY) || ((c->op->flags & OP_MAY_BODY) && body);
}

static bool bytes_announced(struct call *c, const struct guard *g)
{
    const char *type = g->field[HEAD_CONTENT_TYPE];
    size_t n = type ? strlen(type) : 0;

    if (!guard_has_body(g))
        return problem(c, 400, "bytes_required");
    return (type && item_is(type, n, "application/offset+octet-stream")) ||
           problem(c, 415, "offset_type_expected");
}

bool request_announced(struct call *c, const struct guard *g)
{
    if (g->length > CALL_BODY_MAX)
        return problem(c, 413, "body_too_large");
    if (c->op->flags & OP_BYTES)
        return bytes_announced(c, g);
    if (!wants_json(c, guard_has_body(g)))
        return true;
    if (!guard_has_body(g))
        return problem(c, 400, "body_required");
    if (!type_is_json(c, g->field[HEAD_CONTENT_TYPE]))
        return problem(c, 415, "unsupported_media_type");
    return true;
}

static bool json_refused(struct call *c, const struct jv_fault *f)
{
    const char *args[] = {arena_printf(c->arena, "%d", f->line),
                          arena_printf(c->arena, "%d", f->column), f->text, NULL};

    return problem_detail(
        c, 400, "bad_json",
        message_fill(c->arena, message(c->lang, NULL, "problem.bad_json.at"), args));
}

bool request_body(struct call *c, const char *body, size_t n)
{
    struct jv_fault fault = {.text = ""};

    c->body = body;
    c->body_n = n;
    if (!wants_json(c, n > 0))
        return true;
    if (n == 0)
        return problem(c, 400, "body_required");
    c->input = jv_parse(c->arena, body, n, &fault);
    if (!c->input)
        return json_refused(c, &fault);
    if (jv_type(c->input) != JV_OBJECT)
        return problem(c, 400, "body_not_object");
    return true;
}
