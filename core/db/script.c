/* Statements outside batches, for migrate, tools and the plugin loader. They never reconnect: the
 * session with its transaction and locks is the caller's, and a later command must not run outside.
 */
#include "db/conn.h"

#include <string.h>

#include "base/arena.h"

/* The results of one command string: the last good one, the first error. */
struct outcome {
    PGresult *last, *fault;
    bool lost;
};

static bool session_begin(struct db_conn *c)
{
    db_conn_begin(c);
    if (!c->link.pg)
        return false;
    if (PQpipelineStatus(c->link.pg) != PQ_PIPELINE_OFF && !PQexitPipelineMode(c->link.pg))
        return false;
    db_conn_set_running(c, true);
    return true;
}

/* False: COPY, which nobody here can serve; only closing the connection ends it. */
static bool outcome_take(struct outcome *o, PGresult *r)
{
    PGresult **slot = &o->last;
    switch (PQresultStatus(r)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        break;
    case PGRES_FATAL_ERROR:
        if (o->fault) {
            PQclear(r);
            return true;
        }
        slot = &o->fault;
        break;
    default:
        PQclear(r);
        return false;
    }
    PQclear(*slot);
    *slot = r;
    return true;
}

static struct outcome outcome_await(struct db_conn *c, int sent)
{
    struct outcome o = {.lost = !sent};
    while (!o.lost) {
        while (PQisBusy(c->link.pg) && PQstatus(c->link.pg) != CONNECTION_BAD)
            db_conn_wait(c, INT64_MAX);
        PGresult *r = PQgetResult(c->link.pg);
        if (!r)
            break;
        o.lost = !outcome_take(&o, r);
    }
    if (PQstatus(c->link.pg) == CONNECTION_BAD)
        o.lost = true;
    return o;
}

/* Fills *err and frees the results but the last good one, which it returns (NULL after an error).
 */
static PGresult *outcome_judge(struct db_conn *c, struct arena *a, struct outcome *o,
                               struct db_error *err, enum db_status *status)
{
    *status = o->lost ? DB_UNAVAILABLE : o->fault ? DB_REFUSED : DB_OK;
    *err = (struct db_error){.hint = "", .message = ""};
    if (o->fault)
        db_error_take(err, a, o->fault, 0);
    else if (o->lost)
        db_error_lost(err, a, c->link.pg);
    PQclear(o->fault);
    if (*status != DB_OK) {
        PQclear(o->last);
        o->last = NULL;
    }
    return o->last;
}

static void session_end(struct db_conn *c, enum db_status status)
{
    db_conn_end(c);
    if (status == DB_UNAVAILABLE)
        db_conn_close(c);
}

enum db_status db_script(struct db_conn *c, struct arena *a, const char *sql, struct db_error *err)
{
    enum db_status status;
    struct outcome o = {.lost = true};
    if (session_begin(c))
        o = outcome_await(c, PQsendQuery(c->link.pg, sql));
    PQclear(outcome_judge(c, a, &o, err, &status));
    session_end(c, status);
    return status;
}

struct db_rows *db_query(struct db_conn *c, struct arena *a, const char *sql, int nparams,
                         const char *const *params, struct db_error *err)
{
    enum db_status status;
    struct outcome o = {.lost = true};
    if (session_begin(c))
        o = outcome_await(c,
                          PQsendQueryParams(c->link.pg, sql, nparams, NULL, params, NULL, NULL, 0));
    PGresult *r = outcome_judge(c, a, &o, err, &status);
    session_end(c, status);
    return r ? rows_take(a, r) : NULL;
}

static void shape_take(struct arena *a, const PGresult *r, struct db_shape *out)
{
    *out = (struct db_shape){.nparams = PQnparams(r), .ncolumns = PQnfields(r)};
    out->param_types = arena_alloc(a, (size_t)out->nparams * sizeof *out->param_types);
    out->column_types = arena_alloc(a, (size_t)out->ncolumns * sizeof *out->column_types);
    out->column_names = arena_alloc(a, (size_t)out->ncolumns * sizeof *out->column_names);
    for (int i = 0; i < out->nparams; i++)
        out->param_types[i] = PQparamtype(r, i);
    for (int i = 0; i < out->ncolumns; i++) {
        out->column_types[i] = PQftype(r, i);
        out->column_names[i] = arena_strdup(a, PQfname(r, i));
    }
}

bool db_describe(struct db_conn *c, struct arena *a, const char *sql, struct db_shape *out,
                 struct db_error *err)
{
    enum db_status status;
    struct outcome o = {.lost = true};
    if (session_begin(c)) {
        o = outcome_await(c, PQsendPrepare(c->link.pg, "", sql, 0, NULL));
        if (!o.lost && !o.fault) {
            PQclear(o.last);
            o = outcome_await(c, PQsendDescribePrepared(c->link.pg, ""));
        }
    }
    PGresult *r = outcome_judge(c, a, &o, err, &status);
    session_end(c, status);
    if (r)
        shape_take(a, r, out);
    PQclear(r);
    return r != NULL;
}
