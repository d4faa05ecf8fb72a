/* Asking for an import. */
#include <string.h>

#include "base/str.h"
#include "json/jw.h"
#include "record/exchange.h"

enum { PARAMS_MAX = 64 * 1024, HEADINGS_MAX = 200 };

static void unknown_members(struct call *c, const char *known)
{
    void *at = NULL;
    const char *key;
    const struct jv *v;
    while (jv_member(c->input, &at, &key, &v))
        if (!str_has_word(known, key))
            fault_add(c, fault_pointer(c, "", key), "unknown_field", NULL);
}

static const char *mode_read(struct call *c, const struct rec *r)
{
    const struct jv *v = jv_get(c->input, "mode");
    const char *mode = v ? jv_text(v) : "create";
    if (!mode || !str_has_word("create update upsert", mode))
        fault_add(c, "/mode", "import_mode", NULL);
    else if (!str_eq(mode, "create") && !(r->verbs & REC_PATCH))
        fault_add(c, "/mode", "import_create_only", NULL);
    return mode;
}

static const char *file_read_id(struct call *c)
{
    const char *id = jv_text(jv_get(c->input, "file"));
    if (!id || !uuid_valid(id))
        fault_add(c, "/file", "id_expected", NULL);
    return id;
}

/* {"姓名": "name", "备注": null}: headings are the file's, fields ours. */
static const struct jv *columns_read(struct call *c, const struct rec *r)
{
    const struct jv *columns = jv_get(c->input, "columns"), *v;
    void *at = NULL;
    const char *key;
    if (!columns)
        return NULL;
    if (jv_type(columns) != JV_OBJECT || jv_count(columns) > HEADINGS_MAX) {
        fault_add(c, "/columns", "import_columns", NULL);
        return NULL;
    }
    while (jv_member(columns, &at, &key, &v)) {
        const char *name = jv_text(v);
        bool known = jv_type(v) == JV_NULL ||
                     (name && (str_has_word("id div", name) || rec_field_find(r, name) >= 0));
        if (!known)
            fault_add(c, fault_pointer(c, "/columns", key), "unknown_field", NULL);
    }
    return columns;
}

static bool dry_read(struct call *c)
{
    const char *text = call_query(c, "dry_run");
    if (text && !str_eq(text, "true") && !str_eq(text, "false"))
        fault_add(c, "?dry_run", "boolean_expected", NULL);
    return str_eq(text, "true");
}

bool rec_import_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const char *mode = mode_read(c, r), *file = file_read_id(c);
    const struct jv *columns = columns_read(c, r);
    bool dry = dry_read(c);
    struct buf text;
    struct jw w;
    unknown_members(c, "file mode columns");
    if (faults_reply(c))
        return false;
    buf_init(&text, PARAMS_MAX);
    jw_init(&w, &text);
    jw_object(&w);
    jw_kv_text(&w, "mode", mode);
    jw_kv_bool(&w, "dry_run", dry);
    if (columns) {
        const char *dump = jv_dump(c->arena, columns);
        jw_key(&w, "columns");
        jw_raw(&w, dump, strlen(dump));
    }
    jw_end(&w, '}');
    const char *params = text.over ? NULL : arena_strndup(c->arena, text.p, text.n);
    const struct job_ask ask = {.kind = "import",
                                .object = r->name,
                                .permission = c->permission,
                                .plugin = r->plugin_gate,
                                .file = file,
                                .params = params};
    buf_free(&text);
    return ask.params ? job_ask_plan(c, b, &ask) : problem(c, 413, "body_too_large");
}
