#include "record/openapi.h"

#include <string.h>

#include "base/str.h"
#include "call/messages.h"

enum { TAGS_MAX = 64 };

static const char about[] =
    "Every answer is the record itself, flat; lists are {items, next}. Times are RFC 3339, dates "
    "plain, money integer fen, divisions strings of 12 digits. A refusal is a problem (RFC 9457) "
    "with a stable code, its text by Accept-Language (zh-CN or en). Writes take an "
    "Idempotency-Key and may be repeated with it. The document is the caller's own: operations "
    "that are not open to them are not in it.";

/* What the core's own paths are about; those of modules have the module's name. */
static const struct {
    const char *tag, *about;
} core_tags[] = {
    {"sessions", "Signing in and out"},
    {"me", "The caller's own account"},
    {"tokens", "API tokens"},
    {"divisions", "Divisions of the country"},
    {"plugins", "Services, and where they are on"},
    {"audit", "The audit ledger"},
    {"reports", "Monthly reports"},
    {"jobs", "Long work in the background"},
    {"files", "Files attached to records"},
    {"schema", "What a console renders"},
    {"openapi", "This document"},
    {"health", "Whether the process works"},
};

/* ---- tags ------------------------------------------------------------------------------------ */

const char *openapi_tag(struct arena *a, const struct op *op)
{
    static const char api[] = "/api/v1/";
    const char *at = op->path;
    if (!str_starts(at, api))
        return "health";
    at += sizeof api - 1;
    return arena_strndup(a, at, strcspn(at, "/."));
}

static const char *tag_about(struct arena *a, const char *tag)
{
    for (size_t i = 0; i < sizeof core_tags / sizeof core_tags[0]; i++)
        if (str_eq(core_tags[i].tag, tag))
            return core_tags[i].about;
    return message(LANG_EN, tag, arena_printf(a, "plugin.%s", tag));
}

static void tags_write(struct jw *w, const struct schema_view *v)
{
    const char *tags[TAGS_MAX];
    int n = 0, nops;
    const struct op *const *ops = schema_all_ops(&nops);
    jw_key(w, "tags");
    jw_array(w);
    for (int i = 0; i < nops; i++) {
        const char *tag = openapi_tag(v->a, ops[i]);
        int k = 0;
        while (k < n && !str_eq(tags[k], tag))
            k++;
        if (k < n || n == TAGS_MAX || !schema_sees(v, ops[i]))
            continue;
        tags[n++] = tag;
        jw_object(w);
        jw_kv_text(w, "name", tag);
        jw_kv_text(w, "description", tag_about(v->a, tag));
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

/* ---- paths ----------------------------------------------------------------------------------- */

/* Whether an operation before the i-th has its path and is seen: then it is written there. */
static bool path_written(const struct schema_view *v, const struct op *const *ops, int i)
{
    for (int k = 0; k < i; k++)
        if (str_eq(ops[k]->path, ops[i]->path) && schema_sees(v, ops[k]))
            return true;
    return false;
}

static void paths_write(struct jw *w, const struct schema_view *v)
{
    int n;
    const struct op *const *ops = schema_all_ops(&n);
    jw_key(w, "paths");
    jw_object(w);
    for (int i = 0; i < n; i++) {
        if (!schema_sees(v, ops[i]) || path_written(v, ops, i))
            continue;
        jw_key(w, ops[i]->path);
        jw_object(w);
        for (int k = i; k < n; k++)
            if (str_eq(ops[k]->path, ops[i]->path) && schema_sees(v, ops[k])) {
                struct openapi_op o = openapi_op_of(v->a, ops[k]);
                openapi_op_write(w, v, &o);
            }
        jw_end(w, '}');
    }
    jw_end(w, '}');
}

/* ---- components ------------------------------------------------------------------------------ */

static const char problem_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,"
    "\"required\":[\"type\",\"title\",\"status\",\"code\",\"request_id\"],\"properties\":{"
    "\"type\":{\"type\":\"string\",\"description\":\"urn:wulian:problem:<code>\"},"
    "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"code\":{\"type\":\"string\",\"description\":\"stable\"},"
    "\"request_id\":{\"type\":\"string\",\"format\":\"uuid\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"additionalProperties\":false,\"required\":[\"pointer\",\"code\",\"detail\"],"
    "\"properties\":{\"pointer\":{\"type\":\"string\",\"description\":"
    "\"JSON pointer into the body, or ?name of a parameter\"},"
    "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":[\"string\",\"null\"]}}}}}}";

static const char security_schemes[] =
    "{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":"
    "\"The token of a session or an API token: wl1_431129_…\"},"
    "\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"__Host-wl\",\"description\":"
    "\"The console's session; writes also send X-CSRF: 1\"}}";

static const char header_parameters[] =
    "{"
    "\"if_match\":{\"name\":\"If-Match\",\"in\":\"header\",\"required\":true,"
    "\"description\":\"ETag of the row as the client knows it\",\"schema\":{\"type\":\"string\"}},"
    "\"if_none_match\":{\"name\":\"If-None-Match\",\"in\":\"header\",\"required\":false,"
    "\"description\":\"304 when the answer has still this ETag\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"idempotency_key\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
    "\"description\":\"The same key and body again give the first answer again\","
    "\"schema\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z0-9_.:-]{1,64}$\"}},"
    "\"prefer\":{\"name\":\"Prefer\",\"in\":\"header\",\"required\":false,"
    "\"description\":\"tx=rollback: a dry run that leaves nothing\","
    "\"schema\":{\"type\":\"string\",\"enum\":[\"tx=rollback\"]}}}";

static void raw_member(struct jw *w, const char *key, const char *json)
{
    jw_key(w, key);
    jw_raw(w, json, strlen(json));
}

static void components_write(struct jw *w, const struct schema_view *v)
{
    jw_key(w, "components");
    jw_object(w);
    jw_key(w, "schemas");
    jw_object(w);
    raw_member(w, "core.problem", problem_schema);
    openapi_record_schemas(w, v);
    jw_end(w, '}');
    openapi_problem_responses(w);
    raw_member(w, "parameters", header_parameters);
    raw_member(w, "securitySchemes", security_schemes);
    jw_end(w, '}');
}

/* ---- the document ---------------------------------------------------------------------------- */

static void info_write(struct jw *w)
{
    jw_key(w, "info");
    jw_object(w);
    jw_kv_text(w, "title", "Wulian 五联");
    jw_kv_text(w, "version", WULIAN_VERSION);
    jw_kv_text(w, "description", about);
    raw_member(w, "contact", "{\"name\":\"The county's system administrator\"}");
    raw_member(w, "license", "{\"name\":\"MIT\",\"identifier\":\"MIT\"}");
    jw_end(w, '}');
}

void openapi_write(struct jw *w, const struct schema_view *v)
{
    jw_object(w);
    jw_kv_text(w, "openapi", "3.1.0");
    info_write(w);
    raw_member(w, "servers", "[{\"url\":\"/\"}]");
    raw_member(w, "security", "[{\"bearer\":[]},{\"cookie\":[]}]");
    tags_write(w, v);
    paths_write(w, v);
    components_write(w, v);
    jw_end(w, '}');
}
