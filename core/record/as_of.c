#include "record/as_of.h"

#include "base/time.h"
#include "record/rec_text.h"

/* The audit row is that of a look, with the instant beside it. */
void as_of_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "with v as materialized (select %s, t.deleted_at from %s t where %s and t.id = $4"
        " and t.updated_at <= $8::timestamptz order by t.version desc limit 1),"
        " r as (select * from v where v.deleted_at is null), ",
        r->shown, r->history, rec_history_where(a, r));
    ADD(&s,
        "a as (" AUDIT_INTO ", fields) select $1, core.actor(), $5, $6::inet, 'look', '%s', $4,"
        " r.div, $7::uuid, array['as_of=' || $8] from r) select * from r",
        r->name);
    r->as_of = sql_stmt(&s);
}

void histories_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s, "with r as materialized (select %s, t.deleted_at", r->shown);
    for (int i = 0; i < r->nfields; i++) /* another number may have the same mask */
        if (rec_is_encrypted(r->fields[i].d.type))
            ADD(&s, ", t.%s", r->columns[r->fields[i].column + 1].name);
    ADD(&s,
        " from %s t where %s and t.id = $4 and ($8::int is null or t.version < $8::int)"
        " order by t.version desc limit $9::int), ",
        r->history, rec_history_where(a, r));
    ADD(&s,
        "a as (" AUDIT_INTO ", n) select $1, core.actor(), $5, $6::inet, 'history', '%s', $4,"
        " max(r.div), $7::uuid, least(count(*), $9::int - 1)::int from r having count(*) > 0)"
        " select * from r",
        r->name);
    r->histories = sql_stmt(&s);
}

bool as_of_plan(struct call *c, struct db_batch *b)
{
    enum { PARAMS = 8 };
    const char *id = rec_row_id(c);
    char *then = arena_alloc(c->arena, TIME_TEXT);
    int64_t at = 0;
    if (!id)
        return false;
    if (!time_parse(call_query(c, "as_of"), &at))
        fault_add(c, "?as_of", "time_expected", NULL);
    else if (at > clock_us())
        fault_add(c, "?as_of", "in_future", NULL);
    if (faults_reply_as(c, 400, "bad_query"))
        return false;
    time_format(at, then);
    const char **p = rec_params(c, PARAMS);
    p[3] = id;
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    p[7] = then;
    batch_add(b, rec_op_of(c)->r->as_of, PARAMS, p);
    return true;
}

void as_of_render(struct call *c, const struct db_rows *rows)
{
    if (rows_count(rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    struct jw *w = reply_json(c, 200);
    struct output o = output_begin(c, w, rec_op_of(c)->r, REC_ALL_FIELDS, REC_ALL_FIELDS);
    o.actions = o.overdue = false;
    output_row(&o, rows, 0);
}
