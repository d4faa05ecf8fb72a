#include "record/readers.h"

#include "base/str.h"
#include "record/reach.h"
#include "record/rec_compile.h"
#include "record/rec_text.h"

const char *readers_fault(const struct rec *r, const struct wl_field *d)
{
    if (d->sensitivity == WL_CLASS_4 && !rec_named(r))
        return "is class 4, which only named readers see: set WL_NAMED_READERS in the record's"
               " flags and call core.named_readers in its migration, or make it WL_CLASS_3";
    return NULL;
}

const char *readers_more_fault(const struct rec *r)
{
    if (!r->d.readers.text)
        return NULL;
    if (!rec_named(r))
        return "only a record with WL_NAMED_READERS has them; set the flag, or drop `readers`";
    return rec_fragment_whole(r->d.readers.text) ? NULL : REC_FRAGMENT_FAULT;
}

/* ---- SQL ------------------------------------------------------------------------------------- */

const char *readers_where(struct arena *a, const struct rec *r, const char *alias)
{
    if (!r || !rec_named(r) || !APP_WALL)
        return "";
    return arena_printf(a, " and core.actor() = any (%s.readers)", alias);
}

const char *rec_history_where(struct arena *a, const struct rec *r)
{
    if (!rec_named(r) || !APP_WALL)
        return read_where(a, r, "t");
    return arena_printf(a,
                        "%s and exists (select from %s c where c.county = t.county and c.id = t.id"
                        " and core.actor() = any (c.readers))",
                        SCOPE_HOLDS("t"), r->name);
}

const char *readers_of_new(struct arena *a, const struct rec *r)
{
    if (!rec_named(r))
        return "";
    if (!r->d.readers.text)
        return ", array[core.actor()]";
    return arena_printf(a,
                        ", array(select distinct x from unnest(core.actor() || (%s)::uuid[]) x"
                        " where x is not null)",
                        r->d.readers.text);
}

void readers_build(struct arena *a, struct rec *r)
{
    if (!rec_named(r))
        return;
    struct sql get = sql_new(a), before = sql_new(a), write = sql_new(a);
    ADD(&get,
        "with r as materialized (select t.id, t.div, t.version, array_to_json(t.readers)::text as"
        " readers from %s t where %s and t.id = $4 and t.deleted_at is null),"
        " a as (" AUDIT_INTO ") select $1, core.actor(), $5, $6::inet, 'look', '%s', $4, r.div,"
        " $7::uuid from r) select * from r",
        r->name, rec_scope_where(r), r->name);
    ADD(&before,
        "select %s, core.readers_active($5::uuid[]) as readers_active from %s t where %s"
        " and t.id = $4 and t.deleted_at is null",
        r->shown, r->name, rec_scope_where(r));
    ADD(&write,
        "update %s t set " STAMP ", readers = $7::uuid[] where %s and t.id = $4"
        " and t.version = $6::int and t.deleted_at is null and core.readers_active($7::uuid[])",
        r->name, rec_scope_where(r));
    r->readers_get = sql_stmt(&get);
    r->readers_before = sql_stmt(&before);
    r->readers_write = sql_stmt(&write);
}

/* ---- PUT ------------------------------------------------------------------------------------- */

static void reader_read(struct call *c, const struct jv *list, size_t i, const char **out,
                        bool *mine)
{
    const char *at = arena_printf(c->arena, "/readers/%zu", i);
    const char *id = jv_text(jv_at(list, i));
    if (!id || !uuid_valid(id)) {
        fault_add(c, at, "id_expected", NULL);
        return;
    }
    if (str_has_word(*out, id))
        fault_add(c, at, "twice", NULL);
    *mine = *mine || str_eq(id, c->actor->user);
    *out = arena_printf(c->arena, "%s%s%s", *out, **out ? " " : "", id);
}

const char *readers_input(struct call *c)
{
    const struct jv *list = jv_get(c->input, "readers");
    const char *words = "";
    bool mine = false;
    size_t n = jv_type(list) == JV_ARRAY ? jv_count(list) : 0;
    if (n == 0 || n > READERS_MAX || jv_count(c->input) != 1)
        fault_add(c, "/readers", "readers_expected", NULL);
    for (size_t i = 0; n <= READERS_MAX && i < n; i++)
        reader_read(c, list, i, &words, &mine);
    if (n > 0 && !mine)
        fault_add(c, "/readers", "reader_self", NULL);
    if (faults_reply(c))
        return NULL;
    char *array = arena_printf(c->arena, "{%s}", words);
    for (char *p = array; *p; p++)
        *p = *p == ' ' ? ',' : *p;
    return array;
}

bool readers_refused(struct call *c, const struct db_rows *before)
{
    int active = rows_column(before, "readers_active");
    if (active < 0 || rows_bool(before, 0, active))
        return false;
    fault_add(c, "/readers", "reader_unknown", NULL);
    return faults_reply(c);
}

/* ---- GET ------------------------------------------------------------------------------------- */

bool rec_readers_plan(struct call *c, struct db_batch *b)
{
    const char *id = rec_row_id(c);
    const char **p = rec_params(c, 7);
    if (!id)
        return false;
    p[3] = id;
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    batch_add(b, rec_op_of(c)->r->readers_get, 7, p);
    return true;
}

void rec_readers_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *rows = b->item[b->n - 1].rows;
    if (rows_count(rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "readers");
    jw_raw(w, rows_text(rows, 0, 3), rows_length(rows, 0, 3));
    jw_end(w, '}');
    c->reply.etag = output_etag(c, rows_text(rows, 0, 2));
}
