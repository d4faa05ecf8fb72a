/* One operation of the OpenAPI document. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "iam/step_up.h"
#include "record/openapi.h"
#include "record/shape.h"

enum { CODES_MAX = 64, STATUS_FIRST = 400, STATUS_LAST = 599 };

/* ---- problems -------------------------------------------------------------------------------- */

enum when {
    ALWAYS = 0,
    SIGNED = 1,      /* a session is needed */
    PERMITTED = 2,   /* … and a permission */
    NAMED = 4,       /* the path names something */
    GATED = 8,       /* a plugin's */
    BODY = 16,       /* takes one */
    CHANGES = 32,
    KEYED = 64,      /* takes an Idempotency-Key */
    MATCHED = 128,   /* needs If-Match */
    NOT_DRY = 256,   /* changes, and cannot be tried */
    ROWS = 512,      /* changes rows of a record */
    LISTS = 1024,    /* a record's list, search or history */
    FRESH = 2048,    /* asks for a fresh proof of who calls */
    SECRET = 4096    /* shows what is refused while the audit is late */
};

/* Problems that follow from what an operation is. */
static const struct {
    int status;
    const char *code;
    unsigned when;
} problems[] = {
    {400, "bad_query", ALWAYS},
    {400, "bad_cursor", LISTS},
    {400, "duplicate_parameter", ALWAYS},
    {400, "too_many_parameters", ALWAYS},
    {400, "body_not_allowed", ALWAYS},
    {400, "body_required", BODY},
    {400, "body_not_object", BODY},
    {400, "bad_json", BODY},
    {400, "bad_idempotency_key", KEYED},
    {401, "no_session", SIGNED},
    {401, "unauthorized", SIGNED},
    {403, "not_permitted", SIGNED},
    {403, "forbidden", SIGNED},
    {403, "csrf_refused", CHANGES},
    {403, "step-up-required", FRESH},
    {404, "not_found", NAMED},
    {404, "not_found", ROWS},
    {404, "plugin-not-enabled", GATED},
    {409, "duplicate", CHANGES},
    {409, "in_progress", KEYED},
    {409, "wrong_state", ROWS},
    {412, "changed_meanwhile", MATCHED},
    {412, "if_match_unreadable", MATCHED},
    {413, "body_too_large", BODY},
    {415, "unsupported_media_type", BODY},
    {422, "invalid_input", BODY},
    {422, "idempotency_key_reused", KEYED},
    {428, "if_match_required", MATCHED},
    {429, "too_many_requests", SIGNED},
    {500, "internal", ALWAYS},
    {500, "reply_too_large", ALWAYS},
    {501, "dry_run_unsupported", NOT_DRY},
    {503, "unavailable", ALWAYS},
    {503, "disk_full", ALWAYS}, /* what is looked at is noted too */
    {503, "busy", ALWAYS},
    {503, "too_slow", ALWAYS},
    {503, "cancelled", ALWAYS},
    {503, "shutting_down", ALWAYS},
    {503, "plugin-quarantined", GATED},
    {503, "keys_missing", ROWS},
    {503, "audit-unsealed", SECRET},
};

static const struct {
    int status;
    const char *about;
} statuses[] = {
    {400, "The request cannot be read"},
    {401, "Not signed in"},
    {403, "Not permitted"},
    {404, "Not found, or not within the caller's reach"},
    {409, "The present state does not allow it"},
    {412, "The row has changed meanwhile"},
    {413, "Too large"},
    {415, "Another kind of body is expected"},
    {416, "Outside of what is there"},
    {422, "Something in the body is wrong; every fault is named"},
    {428, "If-Match is missing"},
    {429, "Too many; come back later"},
    {500, "A fault of the server"},
    {501, "Cannot be tried here"},
    {503, "Not now; come back later"},
};

void openapi_problem_responses(struct jw *w)
{
    static const char content[] =
        "{\"application/problem+json\":{\"schema\":{"
        "\"$ref\":\"#/components/schemas/core.problem\"}}}";
    char name[16];
    jw_key(w, "responses");
    jw_object(w);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        str_format(name, sizeof name, "problem_%d", statuses[i].status);
        jw_key(w, name);
        jw_object(w);
        jw_kv_text(w, "description", statuses[i].about);
        jw_key(w, "content");
        jw_raw(w, content, sizeof content - 1);
        jw_end(w, '}');
    }
    jw_end(w, '}');
}

static unsigned conditions_of(const struct openapi_op *o)
{
    const struct op *op = o->op;
    bool changes = op->flags & OP_CHANGES;
    bool posts = str_eq(op->method, "POST") || str_eq(op->method, "PATCH");
    bool listed = o->r && (str_has_word("list search history", o->verb));
    return (op->flags & OP_ANONYMOUS ? 0u : SIGNED) | (op->permission ? PERMITTED : 0u) |
           (strchr(op->path, '{') ? NAMED : 0u) | (op->plugin ? GATED : 0u) |
           (op->flags & (OP_BODY | OP_MAY_BODY | OP_BYTES) ? BODY : 0u) |
           (changes ? CHANGES : 0u) | (changes && posts ? KEYED : 0u) |
           (o->if_match ? MATCHED : 0u) | (changes && !(op->flags & OP_DRY) ? NOT_DRY : 0u) |
           (changes && o->r ? ROWS : 0u) | (listed ? LISTS : 0u) |
           (step_up_of(op) ? FRESH : 0u) | (op->flags & OP_DURABLE && !changes ? SECRET : 0u);
}

/* "409 too_many_tokens 429 account_locked": the codes of one status. */
static int codes_add(struct arena *a, const char *words, int status, const char **codes, int n)
{
    size_t len;
    int64_t now = 0;
    for (const char *at = words, *word; at && (word = str_word_next(&at, &len));) {
        const char *one = arena_strndup(a, word, len);
        if (isdigit((unsigned char)*one))
            (void)str_int64(one, &now);
        else if (now == status && n < CODES_MAX)
            codes[n++] = one;
    }
    return n;
}

static int codes_of(struct arena *a, const struct openapi_op *o, int status, const char **codes)
{
    unsigned holds = conditions_of(o);
    int n = 0;
    for (size_t i = 0; i < sizeof problems / sizeof problems[0] && n < CODES_MAX; i++)
        if (problems[i].status == status && (problems[i].when & ~holds) == 0 &&
            (n == 0 || !str_eq(codes[n - 1], problems[i].code)))
            codes[n++] = problems[i].code;
    n = codes_add(a, o->op->refuses, status, codes, n);
    return codes_add(a, o->refuses, status, codes, n);
}

static void problems_write(struct jw *w, struct arena *a, const struct openapi_op *o)
{
    const char *codes[CODES_MAX];
    char key[8];
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (codes_of(a, o, statuses[i].status, codes) == 0)
            continue;
        str_format(key, sizeof key, "%d", statuses[i].status);
        jw_key(w, key);
        jw_object(w);
        jw_kv_text(w, "$ref",
                   arena_printf(a, "#/components/responses/problem_%d", statuses[i].status));
        jw_end(w, '}');
    }
}

/* Which codes come with which status. */
static void codes_write(struct jw *w, struct arena *a, const struct openapi_op *o)
{
    const char *codes[CODES_MAX];
    char key[8];
    jw_key(w, "x-problems");
    jw_object(w);
    for (int status = STATUS_FIRST; status <= STATUS_LAST; status++) {
        int n = codes_of(a, o, status, codes);
        if (n == 0)
            continue;
        str_format(key, sizeof key, "%d", status);
        jw_key(w, key);
        jw_array(w);
        for (int i = 0; i < n; i++)
            jw_text(w, codes[i]);
        jw_end(w, ']');
    }
    jw_end(w, '}');
}

/* ---- parameters ------------------------------------------------------------------------------ */

void openapi_parameter(struct jw *w, struct arena *a, const char *name, const char *in,
                       bool required, const char *schema, const char *description)
{
    struct shape s = {.at = schema, .w = w, .a = a, .taking = true};
    jw_object(w);
    jw_kv_text(w, "name", name);
    jw_kv_text(w, "in", in);
    jw_kv_bool(w, "required", required);
    if (description)
        jw_kv_text(w, "description", description);
    jw_key(w, "schema");
    shape_value(&s, false);
    jw_end(w, '}');
}

static void path_parameters(struct jw *w, struct arena *a, const struct op *op)
{
    for (const char *at = strchr(op->path, '{'); at; at = strchr(at + 1, '{')) {
        const char *name = arena_strndup(a, at + 1, strcspn(at + 1, "}"));
        openapi_parameter(w, a, name, "path", true, str_eq(name, "id") ? "uuid" : "text", NULL);
    }
}

static void query_parameters(struct jw *w, struct arena *a, const char *asks)
{
    struct shape s = {.at = asks ? asks : "", .w = w, .a = a, .taking = true};
    const char *name;
    char mark;
    while (shape_member(&s, &name, &mark)) {
        jw_object(w);
        jw_kv_text(w, "name", name);
        jw_kv_text(w, "in", "query");
        jw_kv_bool(w, "required", mark == 0);
        jw_key(w, "schema");
        if (*s.at == ':') {
            s.at++;
            shape_value(&s, false);
        } else {
            jw_raw(w, "{\"type\":\"string\"}", sizeof "{\"type\":\"string\"}" - 1);
        }
        jw_end(w, '}');
    }
}

static void header_parameters(struct jw *w, const struct openapi_op *o)
{
    unsigned holds = conditions_of(o);
    const struct {
        const char *name;
        bool takes;
    } headers[] = {
        {"if_match", o->if_match},
        {"if_none_match", o->etag && str_eq(o->op->method, "GET")},
        {"idempotency_key", (holds & KEYED) && !(o->op->flags & OP_BYTES)},
        {"prefer", (o->op->flags & OP_DRY) != 0},
    };
    char ref[64];
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (!headers[i].takes)
            continue;
        str_format(ref, sizeof ref, "#/components/parameters/%s", headers[i].name);
        jw_object(w);
        jw_kv_text(w, "$ref", ref);
        jw_end(w, '}');
    }
}

/* ---- bodies ---------------------------------------------------------------------------------- */

/* {"<type>":{"schema":…}} of a text in the notation of shape.h. */
static void content_write(struct jw *w, struct arena *a, const struct openapi_op *o,
                          const char *shape, bool taking)
{
    struct shape s = {
        .at = shape, .w = w, .a = a, .self = o->r ? o->r->name : NULL, .taking = taking};
    jw_key(w, "content");
    jw_object(w);
    jw_key(w, *shape == '=' ? shape + 1 : "application/json");
    jw_object(w);
    jw_key(w, "schema");
    if (*shape == '=')
        jw_raw(w, "{}", 2);
    else
        shape_value(&s, false);
    jw_end(w, '}');
    if (!taking && (o->op->flags & OP_SHEET)) {
        jw_key(w, "*/*");
        jw_raw(w, "{\"schema\":{}}", sizeof "{\"schema\":{}}" - 1);
    }
    jw_end(w, '}');
}

static void body_write(struct jw *w, struct arena *a, const struct openapi_op *o)
{
    uint32_t flags = o->op->flags;
    const char *takes = flags & OP_BYTES ? "=application/offset+octet-stream" : o->takes;
    if (!takes && (flags & OP_BODY))
        takes = "object";
    if (!takes)
        return;
    jw_key(w, "requestBody");
    jw_object(w);
    jw_kv_bool(w, "required", (flags & (OP_BODY | OP_BYTES)) != 0);
    content_write(w, a, o, takes, true);
    jw_end(w, '}');
}

static void success_headers(struct jw *w, const struct openapi_op *o, int status)
{
    const char *const names[] = {o->etag ? "ETag" : NULL,
                                 status == 201 || status == 202 ? "Location" : NULL};
    if (!names[0] && !names[1])
        return;
    jw_key(w, "headers");
    jw_object(w);
    for (int i = 0; i < 2; i++)
        if (names[i]) {
            jw_key(w, names[i]);
            jw_raw(w, "{\"schema\":{\"type\":\"string\"}}",
                   sizeof "{\"schema\":{\"type\":\"string\"}}" - 1);
        }
    jw_end(w, '}');
}

static void answer_write(struct jw *w, struct arena *a, const struct openapi_op *o, int status)
{
    jw_key(w, arena_printf(a, "%d", status));
    jw_object(w);
    jw_kv_text(w, "description", status == 204 ? "Done" : o->op->summary);
    success_headers(w, o, status);
    if (o->gives)
        content_write(w, a, o, o->gives, false);
    jw_end(w, '}');
}

static void success_write(struct jw *w, struct arena *a, const struct openapi_op *o)
{
    int status = o->status ? o->status : o->gives ? 200 : 204;
    answer_write(w, a, o, status);
    if (status == 201 && (o->op->flags & OP_DRY)) /* tried only */
        answer_write(w, a, o, 200);
    if (o->etag && str_eq(o->op->method, "GET")) {
        jw_key(w, "304");
        jw_raw(w, "{\"description\":\"As before\"}", sizeof "{\"description\":\"As before\"}" - 1);
    }
}

/* ---- the operation --------------------------------------------------------------------------- */

struct openapi_op openapi_op_of(struct arena *a, const struct op *op)
{
    struct openapi_op o = {.op = op, .verb = ""};
    const struct rec *r;
    for (int i = 0; (r = rec_at(i)) && !o.r; i++) {
        o.verb = schema_verb(a, r, op, &o.action);
        if (*o.verb || o.action)
            o.r = r;
    }
    o.takes = op->takes;
    o.gives = op->gives;
    o.asks = op->asks;
    o.status = op->status;
    o.etag = op->flags & OP_TAGGED;
    if (o.r)
        openapi_record_op(a, &o);
    return o;
}

/* "get_jobs_by_id"; of records "station_request_create", "station_request_action_start". */
static const char *operation_id(struct arena *a, const struct openapi_op *o)
{
    static const char api[] = "/api/v1/";
    const char *at = o->op->path + (str_starts(o->op->path, api) ? sizeof api - 1 : 1);
    if (o->r)
        return arena_printf(a, "%s_%s_%s%s", o->r->owner, o->r->d.name,
                            o->action ? "action_" : "", o->action ? o->action : o->verb);
    char *id = arena_printf(a, "%s", o->op->method);
    for (char *c = id; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    while (*at) {
        size_t n = strcspn(at, "/");
        id = *at == '{' ? arena_printf(a, "%s_by_%.*s", id, (int)n - 2, at + 1)
                        : arena_printf(a, "%s_%.*s", id, (int)n, at);
        at += n + (at[n] == '/');
    }
    for (char *c = id; *c; c++)
        if (*c == '.')
            *c = '_';
    return id;
}

/* What a person reads of it: an action and its record by their labels. */
static const char *description_of(struct arena *a, const struct openapi_op *o)
{
    if (!o->action)
        return o->op->summary;
    return arena_printf(
        a, "%s: %s",
        message(LANG_EN, o->r->owner, o->r->d.name),
        message(LANG_EN, o->r->owner,
                arena_printf(a, "%s.action.%s", o->r->d.name, o->action)));
}

void openapi_op_write(struct jw *w, const struct schema_view *v, const struct openapi_op *o)
{
    char *method = arena_strdup(v->a, o->op->method);
    for (char *c = method; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    jw_key(w, method);
    jw_object(w);
    jw_kv_text(w, "operationId", operation_id(v->a, o));
    jw_key(w, "tags");
    jw_array(w);
    jw_text(w, openapi_tag(v->a, o->op));
    jw_end(w, ']');
    jw_kv_text(w, "summary", o->op->summary);
    jw_kv_text(w, "description", description_of(v->a, o));
    if (o->op->permission)
        jw_kv_text(w, "x-permission", o->op->permission);
    jw_key(w, "parameters");
    jw_array(w);
    path_parameters(w, v->a, o->op);
    query_parameters(w, v->a, o->asks);
    if (o->r && str_eq(o->verb, "list"))
        openapi_list_parameters(w, v, o->r);
    if (o->r && str_eq(o->verb, "counts"))
        openapi_rows_parameters(w, v, o->r);
    header_parameters(w, o);
    jw_end(w, ']');
    body_write(w, v->a, o);
    jw_key(w, "responses");
    jw_object(w);
    success_write(w, v->a, o);
    problems_write(w, v->a, o);
    jw_end(w, '}');
    codes_write(w, v->a, o);
    if (o->op->flags & OP_ANONYMOUS) {
        jw_key(w, "security");
        jw_raw(w, "[]", 2);
    }
    jw_end(w, '}');
}
