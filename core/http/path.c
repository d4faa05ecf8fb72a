#include "http/path.h"

#include <string.h>

#include "base/str.h"

/* Beside letters and digits: what RFC 3986 lets stand raw in a path, and what browsers send
 * raw in a query (WHATWG URL query state). '%' begins an escape in both. */
static const char path_marks[] = "-._~!$&'()*+,;=:@%/";
static const char query_marks[] = "-._~!$&'()*+,;=:@%/?[]^`{|}\\";

static bool raw_valid(const char *s, size_t n, const char *marks)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!alnum && !strchr(marks, c))
            return false;
    }
    return true;
}

/* Decoded text can hold nothing that another layer could take for structure. */
static bool segment_valid(const char *s)
{
    if (*s == '\0' || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
        return false;
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '/' || *s == '\\')
            return false;
    return true;
}

/* Raw bytes are known to be ASCII by now: without an escape there is nothing to decode. */
static const char *segment_decode(struct arena *a, const char *s, size_t n)
{
    bool escaped = memchr(s, '%', n) != NULL;
    char *out = escaped ? arena_alloc(a, n + 1) : arena_strndup(a, s, n);

    if ((escaped && !percent_decode(s, n, out, n + 1, false)) || !segment_valid(out))
        return NULL;
    return out;
}

bool path_parse(struct call *c, const char *target, struct path *p, const char **code)
{
    size_t len = strcspn(target, "?");
    const char *at = target + 1;
    const char *end = target + len;

    *code = "bad_path";
    p->n = 0;
    p->folder = len > 1 && target[len - 1] == '/';
    if (target[0] != '/' || !raw_valid(at, len - 1, path_marks))
        return false;
    c->path = arena_strndup(c->arena, target, len);
    while (at < end) {
        size_t n = strcspn(at, "/?");
        const char *s = segment_decode(c->arena, at, n);

        if (!s || p->n == PATH_SEGMENTS_MAX)
            return false;
        p->segment[p->n++] = s;
        at += n + 1;
    }
    return true;
}

static bool param_add(struct call *c, const char *s, size_t n, const char **code)
{
    const char *eq = memchr(s, '=', n);
    size_t name_n = eq ? (size_t)(eq - s) : n;
    size_t value_n = eq ? n - name_n - 1 : 0;
    char *name = arena_alloc(c->arena, name_n + 1);
    char *value = arena_alloc(c->arena, value_n + 1);

    if (!percent_decode(s, name_n, name, name_n + 1, true) || !*name ||
        !percent_decode(eq ? eq + 1 : "", value_n, value, value_n + 1, true))
        return false;
    if (call_query(c, name)) {
        *code = "duplicate_parameter";
        return false;
    }
    if (c->nquery == CALL_QUERY_MAX) {
        *code = "too_many_parameters";
        return false;
    }
    c->query[c->nquery++] = (struct call_param){name, value};
    return true;
}

bool query_parse(struct call *c, const char *target, const char **code)
{
    const char *at = strchr(target, '?');

    *code = "bad_query";
    if (!at)
        return true;
    at++;
    if (!raw_valid(at, strlen(at), query_marks))
        return false;
    while (*at) {
        size_t n = strcspn(at, "&");

        if (n && !param_add(c, at, n, code))
            return false;
        at += n + (at[n] == '&');
    }
    return true;
}
