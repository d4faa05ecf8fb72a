#include "iam/run.h"

#include <string.h>

#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "iam/hint.h"
#include "iam/permission.h"
#include "iam/refusal.h"

/* --- repeats ---------------------------------------------------------------------------------- */

static bool is_idem_key(const struct db_error *e)
{
    return strcmp(e->sqlstate, "23505") == 0 && str_eq(e->constraint, "idem_pkey");
}

static bool is_lock_timeout(const struct db_error *e)
{
    return strcmp(e->sqlstate, "55P03") == 0;
}

/* Constraints: the first try's row may stand in its repeat's way on another key than idem's. */
static bool is_constraint(const struct db_error *e)
{
    return str_starts(e->sqlstate, "23");
}

bool may_be_repeat(const struct call *c, const struct db_batch *b)
{
    bool keyed = c->idempotency_key && (is_constraint(&b->error) || is_lock_timeout(&b->error));

    return c->op->replay_plan && !c->dry_run &&
           (keyed || is_idem_key(&b->error) || b->attempts > 1);
}

bool key_taken(struct call *c, const struct db_batch *b)
{
    if (is_idem_key(&b->error)) /* whose row stands, so that its try is over */
        return problem(c, 422, "idempotency_key_reused"), true;
    if (!is_lock_timeout(&b->error) || !c->idempotency_key)
        return false;
    c->reply.retry_after = 1;
    return problem(c, 409, "in_progress"), true;
}

/* --- dry runs --------------------------------------------------------------------------------- */

static struct lazy undo_sql = {.sql = "select core.undo()"};

void undo_add(struct db_batch *b)
{
    lazy_add(b, &undo_sql, 0, NULL);
}

bool was_undone(const struct db_batch *b)
{
    return b->status == DB_REFUSED && strcmp(b->error.sqlstate, "WL200") == 0;
}

void dry_reply(struct call *c)
{
    if (c->reply.status >= 400)
        return;
    c->reply.etag = c->reply.location = NULL;
    c->reply.status = c->reply.status == 201 ? 200 : c->reply.status;
}

void dry_audit_add(struct call *c, struct db_batch *b)
{
    const char *id = c->nargs > 0 && uuid_valid(c->args[0]) ? c->args[0] : NULL;

    audit_add(c, b, "dry_run", c->op->path, id, 0, NULL, 1);
    b->repeatable = true;
}

/* --- straight through ------------------------------------------------------------------------- */

static struct db_batch *batch_begin(struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    b->repeatable = !(c->op->flags & OP_CHANGES) || c->op->replay_plan;
    enter_add(c, b, enter_mode_of(c->op));
    return b;
}

static void refused(struct call *c, struct db_batch *b)
{
    if (!c->op->refused || !c->op->refused(c, b))
        refusal_reply(c, b);
}

/* What the first try made, or why there is nothing. */
static void replay(struct call *c, struct db_conn *conn, struct db_batch *main)
{
    struct db_batch *b = batch_begin(c);

    if (!c->op->replay_plan(c, b))
        return;
    if (!enter_run(c, conn, b)) {
        if (c->reply.status == 0)
            refusal_reply(c, b);
        return;
    }
    if (c->op->replay_render(c, b))
        return;
    c->replayed = true;
    if (main->status == DB_OK)
        c->op->render(c, main);
    else if (!key_taken(c, main))
        refused(c, main);
}

static void dry_end(struct call *c, struct db_conn *conn, struct db_batch *b)
{
    c->replayed = true; /* nothing of it stands, so there is no first try to look for */
    c->op->render(c, b);
    dry_reply(c);
    if (c->reply.status >= 400)
        return;
    struct db_batch *trace = batch_begin(c);
    dry_audit_add(c, trace);
    if (!enter_run(c, conn, trace) && c->reply.status < 400)
        refusal_reply(c, trace);
}

static void outcome(struct call *c, struct db_conn *conn, struct db_batch *b)
{
    if (b->status == DB_OK) {
        c->op->render(c, b);
        if (c->reply.status)
            return;
        if (c->op->replay_plan)
            replay(c, conn, b);
        else
            c->replayed = true, c->op->render(c, b);
    } else if (c->dry_run && was_undone(b)) {
        dry_end(c, conn, b);
    } else if (may_be_repeat(c, b)) {
        replay(c, conn, b);
    } else {
        refused(c, b);
    }
}

void op_run(struct call *c, struct db_conn *conn)
{
    if (!permission_take(c)) {
        c->denial = "not_permitted";
        problem(c, 403, c->denial);
        return;
    }
    struct db_batch *b = batch_begin(c);
    if (!c->op->plan(c, b))
        return;
    if (c->dry_run)
        undo_add(b);
    if (enter_run(c, conn, b) || c->reply.status == 0)
        outcome(c, conn, b);
}
