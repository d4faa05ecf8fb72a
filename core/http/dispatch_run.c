/* Past the first wall: plan, batch, render on the loop, or a handler on a thread. */
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "http/dispatch_task.h"
#include "iam/refusal.h"
#include "iam/run.h"
#include "tenant/quarantine.h"

static void main_done(struct db_batch *b, void *arg);

/* --- the loop's lanes ------------------------------------------------------------------------- */

static bool anonymous(const struct op *op)
{
    return op->flags & OP_ANONYMOUS;
}

static enum db_lane lane_of(const struct op *op)
{
    return op->lane == OP_QUICK ? LANE_QUICK : LANE_WRITE;
}

/* A write may be sent twice when its op can find out what the first try made. */
static struct db_batch *batch_begin(struct call *c)
{
    const struct op *op = c->op;
    struct db_batch *b = batch_new(c->arena, c->deadline);

    b->repeatable = !(op->flags & OP_CHANGES) || op->replay_plan;
    if (!anonymous(op))
        enter_add(c, b, enter_mode_of(op));
    return b;
}

static void loop_run(struct task *t)
{
    struct call *c = t->c;
    struct db_batch *b = batch_begin(c);

    if (!c->op->plan(c, b)) {
        task_answer_checked(t);
        return;
    }
    if (c->dry_run && c->op->flags & OP_CHANGES)
        undo_add(b);
    c->entered = true;
    task_submit(t, b->alone ? LANE_WRITE : lane_of(c->op), b, main_done);
}

/* --- a first try ------------------------------------------------------------------------------ */

static void refused(struct task *t, struct db_batch *b)
{
    struct call *c = t->c;

    if (b->status != DB_REFUSED || !c->op->refused || !c->op->refused(c, b))
        refusal_reply(c, b);
    task_answer(t);
}

/* No first try was found: the main batch's own outcome stands. */
static void first_missing(struct task *t)
{
    struct call *c = t->c;
    struct db_batch *b = t->first;

    c->replayed = true;
    if (b->status == DB_OK) {
        c->op->render(c, b);
        task_answer(t);
    } else if (key_taken(c, b)) {
        task_answer(t);
    } else {
        refused(t, b);
    }
}

/* True when the outcome was enter's, and is dealt with. */
static bool enter_refused(struct task *t, struct db_batch *b)
{
    bool stale = false;

    if (enter_refusal(t->c, b, &stale))
        task_answer(t);
    else if (stale && !t->repeated)
        task_hint_renew(t);
    else
        return false;
    return true;
}

static void replay_done(struct db_batch *b, void *arg)
{
    struct task *t = arg;

    t->batch = NULL;
    if (b->status == DB_OK && t->c->op->replay_render(t->c, b)) {
        task_answer(t);
    } else if (b->status == DB_OK) {
        first_missing(t);
    } else if (!enter_refused(t, b)) {
        refusal_reply(t->c, b);
        task_answer(t);
    }
}

static void replay(struct task *t, struct db_batch *first)
{
    struct call *c = t->c;
    struct db_batch *b = batch_new(c->arena, c->deadline);

    t->first = first;
    b->repeatable = true;
    if (!anonymous(c->op))
        enter_add(c, b, ENTER_DURABLE);
    if (c->op->replay_plan(c, b))
        task_submit(t, LANE_WRITE, b, replay_done);
    else if (c->reply.status)
        task_answer(t);
    else
        first_missing(t);
}

/* --- a dry run -------------------------------------------------------------------------------- */

static void dry_audited(struct db_batch *b, void *arg)
{
    struct task *t = arg;

    t->batch = NULL;
    if (b->status != DB_OK && !enter_refusal(t->c, b, &(bool){false}))
        refusal_reply(t->c, b);
    task_answer(t);
}

/* It may have shown rows, and its own audit was undone with it. */
static void dry_done(struct task *t, struct db_batch *b)
{
    struct call *c = t->c;
    struct db_batch *trace = batch_begin(c);

    c->replayed = true; /* nothing of it stands, so there is no first try to look for */
    c->op->render(c, b);
    dry_reply(c);
    if (c->reply.status >= 400) {
        task_answer(t);
        return;
    }
    dry_audit_add(c, trace);
    task_submit(t, LANE_WRITE, trace, dry_audited);
}

/* --- the outcome ------------------------------------------------------------------------------ */

static void main_ok(struct task *t, struct db_batch *b)
{
    struct call *c = t->c;

    c->op->render(c, b);
    if (c->reply.status) {
        task_answer(t);
    } else if (c->op->replay_plan) {
        replay(t, b);
    } else {
        c->replayed = true;
        c->op->render(c, b);
        task_answer(t);
    }
}

static void main_done(struct db_batch *b, void *arg)
{
    struct task *t = arg;

    t->batch = NULL;
    if (b->status == DB_OK)
        main_ok(t, b);
    else if (t->c->dry_run && was_undone(b))
        dry_done(t, b);
    else if (b->status == DB_REFUSED && enter_refused(t, b))
        return;
    else if (b->status == DB_REFUSED && may_be_repeat(t->c, b))
        replay(t, b);
    else
        refused(t, b);
}

/* --- threads ---------------------------------------------------------------------------------- */

static void handle_watched(struct task *t, struct db_conn *conn, int thread)
{
    const struct plugin_watch *w = t->d->options.watch;
    const struct op *op = t->c->op;
    bool watched = w && op->plugin && op->lane == OP_THREAD;

    if (watched)
        w->enter(w->self, thread, t->c);
    op->handle(t->c, conn);
    if (watched)
        w->leave(w->self, thread);
}

static void handle_run(struct pool_job *j, struct db_conn *conn, int thread)
{
    struct task *t = task_of(j);

    if (!conn)
        refusal_busy(t->c, "unavailable");
    else if (clock_mono() >= t->c->deadline)
        refusal_busy(t->c, "too_slow");
    else
        handle_watched(t, conn, thread);
}

static void thread_run(struct task *t)
{
    struct dispatcher *d = t->d;
    struct pool *p = t->c->op->lane == OP_SECRET ? d->secret : d->plugin;

    if (!d->closing && task_thread(t, p, handle_run, task_answer_checked))
        return;
    refusal_busy(t->c, "busy");
    task_answer(t);
}

/* Whoever asked for a dry run must not find that it was carried out. */
static bool dry_run_refused(struct task *t)
{
    if (!t->c->dry_run || !(t->c->op->flags & OP_CHANGES) || t->c->op->flags & OP_DRY)
        return false;
    problem(t->c, 501, "dry_run_unsupported");
    task_answer(t);
    return true;
}

/* Nothing of a plugin runs that was held back for its crashes; when it is back nobody can say, so
 * there is no Retry-After. */
static bool quarantined(struct task *t)
{
    if (!plugin_quarantined(t->c->op->plugin))
        return false;
    problem(t->c, 503, "plugin-quarantined");
    t->c->reply.retry_after = 0;
    task_answer(t);
    return true;
}

void task_run(struct task *t)
{
    if (quarantined(t) || dry_run_refused(t))
        return;
    if (op_on_thread(t->c->op))
        thread_run(t);
    else
        loop_run(t);
}
