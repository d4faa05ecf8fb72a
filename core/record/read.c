/* Reading one row and its history. */
#include <string.h>

#include "base/str.h"
#include "record/as_of.h"
#include "record/cursor.h"
#include "record/input.h"
#include "record/record.h"

const char *rec_number(struct call *c, int64_t n)
{
    return arena_int(c->arena, n);
}

const char **rec_params(struct call *c, int n)
{
    size_t room = (size_t)(n > REC_SCOPE_PARAMS ? n : REC_SCOPE_PARAMS); /* some use fewer */
    const char **p = arena_alloc(c->arena, sizeof *p * room);
    p[0] = rec_number(c, c->county);
    p[1] = rec_number(c, c->actor->scope.lo);
    p[2] = rec_number(c, c->actor->scope.hi);
    return p;
}

const char *rec_row_id(struct call *c)
{
    if (uuid_valid(c->args[0]))
        return c->args[0];
    problem(c, 404, "not_found");
    return NULL;
}

/* ---- get, history ---------------------------------------------------------------------------- */

/* County, scope, row, role, address and call of n parameters; NULL with the reply set. */
static const char **row_params(struct call *c, int n)
{
    const char *id = rec_row_id(c);
    const char **p = rec_params(c, n);
    p[3] = id;
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    return id ? p : NULL;
}

static bool row_plan(struct call *c, struct db_batch *b, const struct db_stmt *stmt)
{
    const char **p = row_params(c, 7);
    if (p)
        batch_add(b, stmt, 7, p);
    return p != NULL;
}

static const struct db_rows *last_rows(const struct db_batch *b)
{
    return b->item[b->n - 1].rows;
}

bool rec_get_plan(struct call *c, struct db_batch *b)
{
    if (call_query(c, "as_of"))
        return as_of_plan(c, b);
    return row_plan(c, b, rec_op_of(c)->r->get);
}

void rec_get_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *rows = last_rows(b);
    if (call_query(c, "as_of"))
        as_of_render(c, rows);
    else if (rows_count(rows) == 0 && (c->replayed || !rec_op_of(c)->r->shared_get))
        problem(c, 404, "not_found");
    else if (rows_count(rows) > 0) /* or it may be shared: left unset, so that this is asked */
        output_reply(c, rec_op_of(c)->r, rows, 200);
}

/* A page of a history: so many versions, the newest first, below one already seen. */
struct versions {
    int limit;
    const char *about, *below; /* what a cursor belongs to; NULL: from the newest on */
};

static bool versions_read(struct call *c, struct versions *v)
{
    enum { VERSIONS_MAX = 200 };
    const char *text = call_query(c, "limit"), *cursor = call_query(c, "cursor"), *id;
    int64_t n = VERSIONS_MAX;
    if (text && (!str_int64(text, &n) || n < 1 || n > VERSIONS_MAX))
        fault_add(c, "?limit", "bad_limit", NULL);
    v->limit = (int)n;
    v->about =
        arena_printf(c->arena, "%s|%d|%s|versions", rec_op_of(c)->r->name, c->county, c->args[0]);
    if (cursor && !cursor_read(c->arena, cursor, v->about, &v->below, &id))
        fault_add(c, "?cursor", "bad_cursor", NULL);
    return !faults_reply_as(c, 400, "bad_query");
}

bool rec_history_plan(struct call *c, struct db_batch *b)
{
    struct versions *v = arena_alloc(c->arena, sizeof *v);
    const char **p = row_params(c, 9);
    c->state = v;
    if (!p || !versions_read(c, v))
        return false;
    p[7] = v->below;
    p[8] = rec_number(c, v->limit + 1);
    batch_add(b, rec_op_of(c)->r->histories, 9, p);
    return true;
}

static bool differs(const struct db_rows *rows, int a, int b, int col)
{
    return rows_null(rows, a, col) != rows_null(rows, b, col) ||
           strcmp(rows_text(rows, a, col), rows_text(rows, b, col)) != 0;
}

/* Names of the fields that version `row` changed against the one before it (the next row). */
static void changes_write(struct jw *w, const struct rec *r, const struct db_rows *rows, int row)
{
    int index = REC_HEAD + r->nfields + 1; /* behind deleted_at: one for each encrypted field */
    jw_key(w, "_changed");
    jw_array(w);
    for (int i = 0; row + 1 < rows_count(rows) && i < r->nfields; i++) {
        int col = rec_is_encrypted(r->fields[i].d.type) ? index++ : REC_HEAD + i;
        if (differs(rows, row, row + 1, col))
            jw_text(w, r->fields[i].d.name);
    }
    jw_end(w, ']');
}

void rec_history_render(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct db_rows *rows = last_rows(b);
    if (rows_count(rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    struct jw *w = reply_json(c, 200);
    struct output o = output_begin(c, w, r, REC_ALL_FIELDS, REC_ALL_FIELDS);
    o.actions = o.overdue = false; /* of now, and this is as it stood then */
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    const struct versions *v = c->state;
    bool more = rows_count(rows) > v->limit;
    int n = more ? v->limit : rows_count(rows);
    for (int i = 0; i < n; i++) {
        output_row_open(&o, rows, i);
        changes_write(w, r, rows, i);
        jw_kv_bool(w, "deleted", !rows_null(rows, i, REC_HEAD + r->nfields));
        jw_end(w, '}');
    }
    jw_end(w, ']');
    jw_key(w, "next");
    if (more)
        jw_text(w, cursor_make(c->arena, v->about, rows_text(rows, n - 1, HEAD_VERSION),
                               rows_text(rows, n - 1, HEAD_ID)));
    else
        jw_null(w);
    jw_end(w, '}');
}
