#include "db/flight.h"

#include <assert.h>
#include <string.h>

static bool prepare_send(struct link *k, struct flight *f, int item)
{
    const struct db_stmt *s = f->batch->item[item].stmt;
    if (link_prepared(k, s) != PREPARED_NOT)
        return true;
    link_mark(k, s, PREPARED_SENT);
    f->prepare[f->nprepare++] = (uint16_t)item;
    /* A Sync of its own: the failure of a batch must not take the prepared statement with it. */
    return PQsendPrepare(k->pg, s->name, s->sql, 0, NULL) && PQpipelineSync(k->pg);
}

static bool item_send(struct link *k, struct db_batch *b, int item)
{
    const struct db_stmt *s = b->item[item].stmt;
    const char *const *params = b->item[item].params;
    int n = b->item[item].nparams;
    if (s->number == STATEMENT_ONCE)
        return PQsendQueryParams(k->pg, s->sql, n, NULL, params, NULL, NULL, 0);
    return PQsendQueryPrepared(k->pg, s->name, n, params, NULL, NULL, 0);
}

bool flight_send(struct link *k, struct flight *f, struct db_batch *b)
{
    assert(b->n > 0 && b->n <= DB_BATCH_MAX);
    *f = (struct flight){.batch = b};
    f->prepare = arena_alloc(b->arena, (size_t)b->n * sizeof *f->prepare);
    f->result = arena_alloc(b->arena, (size_t)b->n * sizeof *f->result);
    b->attempts++;
    for (int i = 0; i < b->n; i++)
        if (!prepare_send(k, f, i))
            return false;
    for (int i = 0; i < b->n; i++)
        if (!item_send(k, b, i))
            return false;
    return PQpipelineSync(k->pg) == 1;
}

static void fault_note(struct flight *f, PGresult *r, int stmt)
{
    if (f->fault) { /* the first error is the cause, what follows are its consequences */
        PQclear(r);
        return;
    }
    f->fault = r;
    f->fault_stmt = stmt;
}

/* One result (or NULL) while a statement is being prepared. False: not a result that belongs here.
 */
static bool prepare_take(struct link *k, struct flight *f, PGresult *r)
{
    int item = f->prepare[f->prepared];
    switch (PQresultStatus(r)) {
    case PGRES_COMMAND_OK:
        f->prepare_ok = true;
        break;
    case PGRES_FATAL_ERROR:
        if (!r)
            return true; /* the NULL behind each command's results */
        fault_note(f, r, item);
        return true;
    case PGRES_PIPELINE_SYNC:
        link_mark(k, f->batch->item[item].stmt, f->prepare_ok ? PREPARED_YES : PREPARED_NOT);
        f->prepare_ok = false;
        f->prepared++;
        break;
    default:
        PQclear(r);
        return false;
    }
    PQclear(r);
    return true;
}

static bool result_keep(struct flight *f, PGresult *r)
{
    if (f->at >= f->batch->n || f->result[f->at]) {
        PQclear(r);
        return false;
    }
    f->result[f->at] = r;
    return true;
}

/* The same for the batch itself. */
static bool item_take(struct flight *f, PGresult *r, bool *landed)
{
    if (!r) {
        f->at++;
        return true;
    }
    switch (PQresultStatus(r)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        return result_keep(f, r);
    case PGRES_FATAL_ERROR:
        fault_note(f, r, f->at);
        return true;
    case PGRES_PIPELINE_SYNC:
        *landed = true;
        break;
    case PGRES_PIPELINE_ABORTED:
        break;
    default: /* COPY and the like cannot be pipelined */
        PQclear(r);
        return false;
    }
    PQclear(r);
    return true;
}

static bool connection_died(const struct link *k, const PGresult *r)
{
    return r && PQstatus(k->pg) == CONNECTION_BAD && PQresultStatus(r) == PGRES_FATAL_ERROR &&
           !PQresultErrorField(r, PG_DIAG_SQLSTATE);
}

/* libpq 15 without memory for the result of a Sync says so and waits for that Sync for ever. */
static bool sync_forgotten(const struct link *k)
{
    return strstr(PQerrorMessage(k->pg), "out of memory") != NULL;
}

enum flight_state flight_receive(struct link *k, struct flight *f)
{
    int most = 4 * (f->nprepare + f->batch->n) + 8;
    bool landed = false;
    while (!landed) {
        if (PQisBusy(k->pg))
            return PQstatus(k->pg) == CONNECTION_BAD || sync_forgotten(k) ? FLIGHT_LOST
                                                                          : FLIGHT_WAITING;
        PGresult *r = PQgetResult(k->pg);
        if (connection_died(k, r)) {
            PQclear(r);
            return FLIGHT_LOST;
        }
        bool fits = f->prepared < f->nprepare ? prepare_take(k, f, r) : item_take(f, r, &landed);
        if (!fits || ++f->seen > most)
            return FLIGHT_LOST;
    }
    /* A batch is only done when every statement has answered. */
    return f->fault || f->at == f->batch->n ? FLIGHT_LANDED : FLIGHT_LOST;
}

static void flight_release(struct flight *f)
{
    for (int i = 0; i < f->batch->n; i++) {
        PQclear(f->result[i]);
        f->result[i] = NULL;
    }
    PQclear(f->fault);
    f->fault = NULL;
}

static void rows_hand_over(struct flight *f, int n)
{
    struct db_batch *b = f->batch;
    for (int i = 0; i < n; i++) {
        b->item[i].rows = rows_take(b->arena, f->result[i]);
        f->result[i] = NULL;
    }
}

static enum landing land_good(struct flight *f)
{
    struct db_batch *b = f->batch;
    rows_hand_over(f, b->n);
    b->status = DB_OK;
    b->error = (struct db_error){.hint = "", .message = ""};
    return LANDING_FINAL;
}

/* A statement whose tables changed shape since it was prepared ("cached plan must not change result
 * type"), or that is not there: the flight that should have prepared it on this connection failed.
 */
static bool statement_stale(struct link *k, const struct flight *f)
{
    const char *state = PQresultErrorField(f->fault, PG_DIAG_SQLSTATE);
    const char *where = PQresultErrorField(f->fault, PG_DIAG_SOURCE_FUNCTION);
    if (f->fault_stmt >= f->batch->n || !state)
        return false;
    if (strcmp(state, "0A000") == 0 && where && strcmp(where, "RevalidateCachedQuery") == 0) {
        k->doomed = true;
        return true;
    }
    if (strcmp(state, "26000") != 0)
        return false;
    if (link_prepared(k, f->batch->item[f->fault_stmt].stmt) == PREPARED_YES)
        k->doomed = true; /* somebody deallocated it: trust nothing of this session */
    return true;
}

static enum landing land_bad(struct link *k, struct flight *f, bool resend)
{
    struct db_batch *b = f->batch;
    if (resend && statement_stale(k, f)) {
        b->attempts--;
        b->status = DB_UNAVAILABLE;
        return LANDING_RESEND;
    }
    db_error_take(&b->error, b->arena, f->fault, f->fault_stmt);
    if (db_error_spoils_link(b->error.sqlstate))
        k->doomed = true;
    b->status = DB_REFUSED;
    if (!db_state_transient(b->error.sqlstate)) {
        rows_hand_over(f, f->fault_stmt < f->at ? f->fault_stmt : f->at);
        return LANDING_FINAL;
    }
    b->status = DB_UNAVAILABLE;
    return b->repeatable ? LANDING_RETRY : LANDING_FINAL;
}

enum landing flight_land(struct link *k, struct flight *f, bool resend)
{
    PGTransactionStatusType state = PQtransactionStatus(k->pg);
    if (state == PQTRANS_INTRANS || state == PQTRANS_INERROR)
        k->doomed = true; /* somebody said BEGIN: the next batch would run inside it */
    enum landing how = f->fault ? land_bad(k, f, resend) : land_good(f);
    flight_release(f);
    return how;
}

enum landing flight_lost(struct link *k, struct flight *f, bool resend)
{
    struct db_batch *b = f->batch;
    enum landing how = b->repeatable ? LANDING_RETRY : LANDING_FINAL;
    b->status = DB_UNAVAILABLE;
    if (f->fault) /* an error is a sure outcome: with it nothing can have been committed */
        how = land_bad(k, f, resend);
    else
        db_error_lost(&b->error, b->arena, k->pg);
    flight_release(f);
    return how;
}
