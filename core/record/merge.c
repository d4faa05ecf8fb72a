#include "record/merge.h"

#include <string.h>

#include "base/str.h"
#include "call/lazy.h"
#include "call/messages.h"
#include "iam/fingerprint.h"
#include "record/rec_text.h"

enum { COUNTY_WIDE = 1000000, REFERENCES_MAX = 200 };

/* The statements of a merge: begin and end of it, and two for each field that refers to the record.
 */
struct rec_merge {
    const struct db_stmt *before, *open, *remove;
    const struct db_stmt *undo_before, *undo, *bring_back;
    const struct db_stmt *move[REFERENCES_MAX], *move_back[REFERENCES_MAX];
    int nmoves;
};

/* ---- SQL ------------------------------------------------------------------------------------- */

#define LIVING(alias) SCOPE_HOLDS(alias) " and " alias ".deleted_at is null"
#define MERGED_BY_THIS                                                                             \
    "exists (select from core.merge m where m.county = $1 and m.id = $5::uuid)"
#define UNDONE_BY_THIS                                                                             \
    "exists (select from core.merge m where m.county = $1 and m.undone = $5::uuid)"

/* $7 the winner. */
static void open_build(struct arena *a, const struct rec *r, struct rec_merge *m)
{
    struct sql s = sql_new(a), before = sql_new(a);
    ADD(&s,
        "insert into core.merge (county, id, record, loser, winner)"
        " select $1, $5::uuid, '%s', t.id, w.id from %s t join %s w on w.county = t.county"
        " where " LIVING("t") " and t.id = $4::uuid and t.version = $6::int and " LIVING(
            "w") " and w.id = $7::uuid and w.id <> t.id",
        r->name, r->name, r->name);
    m->open = sql_stmt(&s);
    ADD(&before,
        "select %s, exists (select from %s x where " LIVING(
            "x") " and x.id = $5::uuid and x.id <> t.id) as ok_into from %s t where " LIVING("t")
            " and t.id = $4",
        r->shown, r->name, r->name);
    m->before = sql_stmt(&before);
}

static void remove_build(struct arena *a, const struct rec *r, struct rec_merge *m)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "update %s t set " STAMP ", deleted_at = now() where " LIVING(
            "t") " and t.id = $4::uuid and t.version = $6::int and " MERGED_BY_THIS,
        r->name);
    m->remove = sql_stmt(&s);
}

static void undo_build(struct arena *a, const struct rec *r, struct rec_merge *m)
{
    struct sql s = sql_new(a), before = sql_new(a), back = sql_new(a);
    ADD(&before,
        "select %s, m.id is not null as was_merged, exists (select from %s x where " LIVING(
            "x") " and x.id = m.winner) as ok_into from %s t left join core.merge m on m.county ="
            " t.county and m.record = '%s' and m.loser = t.id and m.undone is null where %s and"
            " t.id = $4",
        r->shown, r->name, r->name, r->name, rec_scope_where(r));
    m->undo_before = sql_stmt(&before);
    ADD(&s,
        "update core.merge m set undone = $5::uuid, undone_at = now(), undone_by = core.actor()"
        " from %s t join %s w on w.county = t.county where m.county = $1 and m.record = '%s' and"
        " m.loser = $4::uuid and m.undone is null and %s and t.id = m.loser and"
        " t.version = $6::int and " LIVING("w") " and w.id = m.winner",
        r->name, r->name, r->name, rec_scope_where(r));
    m->undo = sql_stmt(&s);
    ADD(&back,
        "update %s t set " STAMP ", deleted_at = null where %s and t.id = $4::uuid"
        " and t.version = $6::int and " UNDONE_BY_THIS,
        r->name, rec_scope_where(r));
    m->bring_back = sql_stmt(&back);
}

/* "h as (insert into q_history …)" of the rows in u, and before it the update's end. */
static void history_add(struct sql *s, const struct rec *q)
{
    ADD(s, " returning t.*), h as (insert into %s (", q->history);
    columns_add(s, q);
    ADD(s, ") select ");
    columns_add(s, q);
    ADD(s, " from u)");
}

static void move_build(struct arena *a, struct rec_merge *m, const struct rec *q, const char *field)
{
    struct sql s = sql_new(a), back = sql_new(a);
    ADD(&s,
        "with u as (update %s t set " STAMP ", %s = $7::uuid where %s and t.%s = $4::uuid"
        " and $6::int is not null and " MERGED_BY_THIS,
        q->name, field, rec_scope_where(q), field);
    history_add(&s, q);
    ADD(&s,
        " insert into core.merge_move (county, merge, record, field, id)"
        " select $1, $5::uuid, '%s', '%s', u.id from u",
        q->name, field);
    m->move[m->nmoves] = sql_stmt(&s);
    ADD(&back,
        "with u as (update %s t set " STAMP ", %s = $4::uuid from core.merge m join"
        " core.merge_move v on v.county = m.county and v.merge = m.id where %s and"
        " $6::int is not null and m.county = $1 and m.undone = $5::uuid and v.record = '%s' and"
        " v.field = '%s' and v.id = t.id and t.%s = m.winner",
        q->name, field, rec_scope_where(q), q->name, field, field);
    history_add(&back, q);
    ADD(&back, " select count(*) from u");
    m->move_back[m->nmoves++] = sql_stmt(&back);
}

void merge_build(struct arena *a, struct rec *r)
{
    const struct rec *q;
    if (!r->d.alike)
        return;
    struct rec_merge *m = arena_alloc(a, sizeof *m);
    open_build(a, r, m);
    remove_build(a, r, m);
    undo_build(a, r, m);
    for (int k = 0; (q = rec_at(k)); k++)
        for (int i = 0; i < q->nfields && m->nmoves < REFERENCES_MAX; i++)
            if (q->fields[i].d.type == WL_REFERENCE && str_eq(q->fields[i].d.of, r->name))
                move_build(a, m, q, q->fields[i].d.name);
    r->merge = m;
}

/* What came of a merge or its undoing, by the key of the call that did it: the main batch and a
 * repeat ask alike. */
static struct lazy result_sql = {
    .sql = "select i.body, m.loser, m.winner, v.record || '.' || v.field as what, count(v.id)::int"
           " as n from core.idem i join core.merge m on m.county = i.county and"
           " (m.id = i.change or m.undone = i.change) left join core.merge_move v on"
           " v.county = m.county and v.merge = m.id where i.county = $1 and i.key = $2 and"
           " i.actor = core.actor() group by 1, 2, 3, 4 order by 4"};

static void result_add(struct call *c, struct db_batch *b)
{
    const char *const p[] = {rec_number(c, c->county), idem_key(c)};
    lazy_add(b, &result_sql, 2, p);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static bool county_wide(struct call *c)
{
    return !APP_WALL || c->actor->scope.hi - c->actor->scope.lo >= COUNTY_WIDE ||
           problem(c, 403, "whole_county_only");
}

static const char *into_read(struct call *c)
{
    void *at = NULL;
    const char *key;
    const struct jv *v;
    const char *into = jv_text(jv_get(c->input, "into"));
    while (jv_member(c->input, &at, &key, &v))
        if (!str_eq(key, "into"))
            fault_add(c, fault_pointer(c, "", key), "unknown_field", NULL);
    if (!into || !uuid_valid(into))
        fault_add(c, "/into", into ? "id_expected" : "required", NULL);
    return faults_reply(c) ? NULL : into;
}

/* n statements of the same parameters. */
static void moves_add(struct db_batch *b, const struct db_stmt *const *moves, int n, int nparams,
                      const char *const *p)
{
    for (int i = 0; i < n; i++)
        batch_add(b, moves[i], nparams, p);
}

bool rec_merge_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct rec_write *w = write_new(c, "merge", 200);
    const char *into;
    if (!county_wide(c) || !target_read(c, w) || !(into = into_read(c)))
        return false;
    const char **before = rec_params(c, 5), **p = change_params(c, w, 7);
    before[3] = w->in.id;
    before[4] = p[6] = into;
    w->before = batch_add(b, r->merge->before, 5, before);
    batch_add(b, r->merge->open, 7, p);
    moves_add(b, r->merge->move, r->merge->nmoves, 7, p);
    batch_add(b, r->merge->remove, 6, p);
    seal_add(c, b, r, w);
    result_add(c, b);
    return true;
}

bool rec_unmerge_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct rec_write *w = write_new(c, "unmerge", 200);
    if (!county_wide(c) || !target_read(c, w))
        return false;
    const char **p = change_params(c, w, 6);
    w->before = batch_add(b, r->merge->undo_before, 4, p);
    batch_add(b, r->merge->undo, 6, p);
    moves_add(b, r->merge->move_back, r->merge->nmoves, 6, p);
    batch_add(b, r->merge->bring_back, 6, p);
    seal_add(c, b, r, w);
    result_add(c, b);
    return true;
}

/* ---- what came of it ------------------------------------------------------------------------- */

enum { RESULT_BODY, RESULT_LOSER, RESULT_WINNER, RESULT_WHAT, RESULT_N };

static void result_write(struct call *c, const struct db_rows *rows)
{
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_kv_text(w, "id", rows_text(rows, 0, RESULT_LOSER));
    jw_kv_text(w, "into", rows_text(rows, 0, RESULT_WINNER));
    jw_key(w, "moved");
    jw_object(w);
    for (int i = 0; i < rows_count(rows); i++)
        if (!rows_null(rows, i, RESULT_WHAT))
            jw_kv_int(w, rows_text(rows, i, RESULT_WHAT), rows_int(rows, i, RESULT_N));
    jw_end(w, '}');
    jw_end(w, '}');
}

/* A merged row cannot be found, so its deletion says nothing of its own. */
static void explain(struct call *c, struct db_batch *b)
{
    const struct rec_write *w = c->state;
    const struct db_rows *before = b->item[w->before].rows;
    int merged = rows_column(before, "was_merged"), into = rows_column(before, "ok_into");
    if (rows_count(before) == 0) {
        problem(c, 404, "not_found");
    } else if (merged >= 0 && !rows_bool(before, 0, merged)) {
        problem(c, 409, "not_merged");
    } else if (!rows_bool(before, 0, into) && merged >= 0) {
        problem(c, 409, "winner_gone");
    } else if (!rows_bool(before, 0, into)) {
        fault_add(c, "/into", "reference_unknown", NULL);
        faults_reply(c);
    } else {
        rec_write_explain(c, b);
    }
}

void rec_merge_render(struct call *c, struct db_batch *b)
{
    const struct rec_write *w = c->state;
    if (rows_count(b->item[w->seal].rows) == 1)
        result_write(c, b->item[w->seal + 1].rows);
    else if (c->replayed)
        explain(c, b);
}

bool rec_merge_replay_plan(struct call *c, struct db_batch *b)
{
    result_add(c, b);
    return true;
}

bool rec_merge_replay_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *rows = b->item[b->n - 1].rows;
    if (rows_count(rows) == 0)
        return false;
    if (!str_eq(rows_text(rows, 0, RESULT_BODY), fingerprint_text(c)))
        return problem(c, 422, "idempotency_key_reused"), true;
    result_write(c, rows);
    return true;
}

/* Both have a row of which each person has one, say: people must decide which of them stays. */
bool rec_merge_refused(struct call *c, struct db_batch *b)
{
    if (strcmp(b->error.sqlstate, "23505") != 0 || !b->error.table)
        return false;
    const char *text = message(c->lang, NULL, "problem.merge_conflict.detail");
    const char *const args[] = {b->error.table, NULL};
    problem_detail(c, 409, "merge_conflict", message_fill(c->arena, text, args));
    return true;
}
