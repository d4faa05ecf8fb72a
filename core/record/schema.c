#include "record/schema.h"

#include <string.h>

#include "base/str.h"
#include "crypto/crypto.h"
#include "iam/hint.h"
#include "iam/permission.h"
#include "iam/refusal.h"
#include "record/label.h"
#include "record/openapi.h"

static struct {
    const struct schema_module *modules;
    const struct op *const *ops;
    int nmodules, nops;
} all; /* set once at start */

void schema_set_modules(const struct schema_module *modules, int n)
{
    all.modules = modules;
    all.nmodules = n;
}

void schema_set_ops(const struct op *const *ops, int n)
{
    all.ops = ops;
    all.nops = n;
}

const struct schema_module *schema_modules(int *n)
{
    *n = all.nmodules;
    return all.modules;
}

const struct op *const *schema_all_ops(int *n)
{
    *n = all.nops;
    return all.ops;
}

/* ---- whose view ------------------------------------------------------------------------------ */

struct schema_view schema_view_of(struct call *c)
{
    return (struct schema_view){.c = c, .a = c->arena, .today = date_today()};
}

/* On in the caller's township, or, for whoever works at the county, in any. */
static bool plugin_on(const struct actor *a, const char *plugin)
{
    for (int i = 0; plugin && i < a->nactivations; i++)
        if ((!a->township || a->activations[i].township == a->township) &&
            str_eq(a->activations[i].plugin, plugin))
            return true;
    return !plugin;
}

bool schema_sees(const struct schema_view *v, const struct op *op)
{
    if (!v->c)
        return true;
    return (v->off_too ? actor_has_plugin(v->c->actor, op->plugin)
                       : plugin_on(v->c->actor, op->plugin)) &&
           (!op->permission || permission_choose(v->c, op->permission));
}

bool schema_masked(const struct schema_view *v, const struct rec *r)
{
    return v->c && !permission_choose(v->c, arena_printf(v->a, "%s.read", r->d.object));
}

/* ---- what operations are called -------------------------------------------------------------- */

/* The path behind "/api/v1/<owner>/<path>"; NULL when it is not the record's. */
static const char *tail_of(const struct rec *r, const struct op *op)
{
    static const char api[] = "/api/v1/";
    size_t owner = strlen(r->owner), path = strlen(r->d.path);
    const char *at = op->path;
    if (!str_starts(at, api))
        return NULL;
    at += sizeof api - 1;
    if (!str_starts(at, r->owner) || at[owner] != '/')
        return NULL;
    at += owner + 1;
    if (!str_starts(at, r->d.path) || (at[path] && at[path] != '/'))
        return NULL;
    return at + path;
}

/* "/{id}/history" → "history": the words of the path, what stands in braces left out. */
static const char *words_of(struct arena *a, const char *tail)
{
    const char *name = "";
    while (*tail == '/') {
        size_t n = strcspn(++tail, "/");
        if (*tail != '{')
            name = arena_printf(a, "%s%s%.*s", name, *name ? "_" : "", (int)n, tail);
        tail += n;
    }
    return name;
}

const char *schema_verb(struct arena *a, const struct rec *r, const struct op *op,
                        const char **action)
{
    static const struct {
        const char *method, *tail, *verb;
    } plain[] = {
        {"GET", "", "list"},          {"POST", "", "create"},         {"GET", "/{id}", "get"},
        {"PATCH", "/{id}", "patch"}, {"DELETE", "/{id}", "delete"},
        {"GET", "/{id}/duplicates", "duplicates_of"},
        {"GET", "/export", "download"},
    };
    static const char actions[] = "/{id}/actions/";
    const char *tail = tail_of(r, op);
    if (!tail)
        return "";
    if (str_starts(tail, actions)) {
        *action = tail + sizeof actions - 1;
        return "";
    }
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (str_eq(op->method, plain[i].method) && str_eq(tail, plain[i].tail))
            return plain[i].verb;
    const char *words = words_of(a, tail);
    if (str_eq(op->method, "PUT"))
        return arena_printf(a, "put_%s", words);
    return str_eq(op->method, "DELETE") ? arena_printf(a, "delete_%s", words) : words;
}

/* ---- documents ------------------------------------------------------------------------------- */

bool schema_record_open(const struct schema_view *v, const struct rec *r)
{
    for (int i = 0; i < all.nops; i++)
        if (tail_of(r, all.ops[i]) && schema_sees(v, all.ops[i]))
            return true;
    return false;
}

int schema_records(const struct schema_view *v, const struct schema_module *m,
                   const struct rec **out, int n)
{
    const struct rec *r;
    for (int i = 0; (r = rec_at(i)) && n < SCHEMA_RECORDS_MAX; i++)
        if (str_eq(r->owner, m->plugin->name) && schema_record_open(v, r))
            out[n++] = r;
    return n;
}

static void module_write(struct jw *w, const struct schema_view *v, const struct schema_module *m,
                         const struct rec *const *recs, int n)
{
    const char *name = m->plugin->name;
    jw_object(w);
    jw_kv_text(w, "name", name);
    jw_kv_text(w, "version", m->plugin->version);
    jw_key(w, "labels");
    label_write(w, name, arena_printf(v->a, "plugin.%s", name));
    jw_key(w, "records");
    jw_array(w);
    for (int i = 0; i < n; i++)
        schema_record(w, v, recs[i]);
    jw_end(w, ']');
    jw_end(w, '}');
}

static void whole_write(struct jw *w, const struct schema_view *v)
{
    const struct rec **recs = arena_alloc(v->a, sizeof *recs * SCHEMA_RECORDS_MAX);
    int n = 0;
    jw_object(w);
    jw_kv_text(w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jw_key(w, "modules");
    jw_array(w);
    for (int i = 0; i < all.nmodules; i++) {
        int first = n;
        n = schema_records(v, &all.modules[i], recs, n);
        if (n > first)
            module_write(w, v, &all.modules[i], recs + first, n - first);
    }
    jw_end(w, ']');
    schema_dicts(w, v, recs, n);
    jw_end(w, '}');
}

/* ---- operations ------------------------------------------------------------------------------ */

void schema_seal(struct call *c)
{
    uint8_t hash[SHA256_LEN];
    char text[17];
    sha256(c->reply.body.p, c->reply.body.n, hash);
    hex_encode(hash, 8, text);
    c->reply.etag = arena_printf(c->arena, "\"%s\"", text);
    c->reply.cache = "private, max-age=0, must-revalidate";
}

bool schema_session_holds(struct call *c, struct db_conn *conn)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    enter_add(c, b, ENTER_LOOK);
    bool in = enter_run(c, conn, b);
    if (!in && c->reply.status < 400)
        refusal_reply(c, b);
    return in;
}

static void openapi_handle(struct call *c, struct db_conn *conn)
{
    struct schema_view v = schema_view_of(c);
    if (!schema_session_holds(c, conn))
        return;
    openapi_write(reply_json(c, 200), &v);
    schema_seal(c);
}

static void schema_handle(struct call *c, struct db_conn *conn)
{
    struct schema_view v = schema_view_of(c);
    if (!schema_session_holds(c, conn))
        return;
    whole_write(reply_json(c, 200), &v);
    schema_seal(c);
}

/* A record can be asked for wherever its routes answer: the county reads on what was turned off. */
static void schema_record_handle(struct call *c, struct db_conn *conn)
{
    struct schema_view v = schema_view_of(c);
    const struct rec *r = rec_find(arena_printf(c->arena, "%s.%s", c->args[0], c->args[1]));
    v.off_too = true;
    if (!schema_session_holds(c, conn))
        return;
    if (!r || !schema_record_open(&v, r)) {
        problem(c, 404, "not_found");
        return;
    }
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_kv_text(w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jw_key(w, "record");
    schema_record(w, &v, r);
    schema_dicts(w, &v, &r, 1);
    jw_end(w, '}');
    schema_seal(c);
}

/* On a thread: the documents are long, and the loop has others waiting. */
const struct op schema_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/schema",
        .lane = OP_THREAD,
        .flags = OP_TAGGED,
        .handle = schema_handle,
        .summary = "Every record open to the caller: schemas, code tables, actions, screens",
        .gives = "{$schema modules:[{name version labels:{zh en} records:[object]}]"
                 " dicts:{*:[object]}}",
    },
    {
        .method = "GET",
        .path = "/api/v1/schema/{module}/{record}",
        .lane = OP_THREAD,
        .flags = OP_TAGGED,
        .handle = schema_record_handle,
        .summary = "One record open to the caller",
        .gives = "{$schema record:object dicts:{*:[object]}}",
    },
    {
        .method = "GET",
        .path = "/api/v1/openapi.json",
        .lane = OP_THREAD,
        .flags = OP_TAGGED,
        .handle = openapi_handle,
        .summary = "OpenAPI 3.1 of the operations open to the caller",
        .gives = "object",
    },
};

const int schema_nops = sizeof schema_ops / sizeof schema_ops[0];
