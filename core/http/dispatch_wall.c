/* The first wall: what the application decides by itself, from the hint, before the database is
 * asked; and the trace of what it or the database refused. */
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "http/dispatch_task.h"
#include "iam/permission.h"
#include "iam/refusal.h"

static bool plugin_exists(const struct call *c)
{
    return (c->op->flags & OP_NO_TOWNSHIP_CHECK) || actor_has_plugin(c->actor, c->op->plugin);
}

/* --- the hint --------------------------------------------------------------------------------- */

static void wall_decide(struct task *t);

static void no_session(struct task *t)
{
    problem(t->c, 401, "no_session");
    t->c->denial = "no_session"; /* of nobody known: place, time and what was asked for */
    task_answer(t);
}

static void hint_done(struct db_batch *b, void *arg)
{
    struct task *t = arg;
    struct call *c = t->c;

    t->batch = NULL;
    t->fresh = true;
    if (b->status != DB_OK) {
        refusal_reply(c, b);
        task_answer(t);
    } else if (!hint_take(t->d->hints, c, b)) {
        no_session(t);
    } else {
        wall_decide(t);
    }
}

static void hint_fetch(struct task *t, db_done_fn done)
{
    struct db_batch *b = batch_new(t->c->arena, t->c->deadline);

    b->repeatable = true;
    hint_plan(t->c, b);
    task_submit(t, LANE_QUICK, b, done);
}

/* As if nothing had been decided or planned yet. */
static void plan_forget(struct call *c)
{
    c->permission = NULL;
    c->masked = false;
    c->state = NULL;
    c->nfaults = 0;
    c->reply.status = 0;
    c->reply.problem = NULL;
    c->denial = NULL;
}

void task_hint_renew(struct task *t)
{
    struct call *c = t->c;

    hint_drop(t->d->hints, c->county, c->secret);
    plan_forget(c);
    c->actor = NULL;
    t->repeated = true;
    c->renewed = true;
    hint_fetch(t, hint_done);
}

/* --- a doubted refusal ------------------------------------------------------------------------ */

/* A handler that ran is not run again: it may have counted a guess, or be a plugin's. */
static bool refusal_stands(const struct call *c, const struct actor *was)
{
    return op_on_thread(c->op) || (was->session_version == c->actor->session_version &&
                                   was->county_version == c->actor->county_version);
}

static void doubt_done(struct db_batch *b, void *arg)
{
    struct task *t = arg;
    struct call *c = t->c;
    const struct actor *was = c->actor; /* held as long as the call */

    t->batch = NULL;
    t->fresh = true;
    if (b->status != DB_OK) {
        task_answer(t); /* nobody knows better */
    } else if (!hint_take(t->d->hints, c, b)) {
        no_session(t);
    } else if (refusal_stands(c, was)) {
        task_answer(t);
    } else {
        plan_forget(c);
        wall_decide(t);
    }
}

void task_answer_checked(struct task *t)
{
    const struct call *c = t->c;
    bool refused = c->reply.status >= 400 && c->reply.status < 500;

    if (refused && c->actor && !c->entered && !t->fresh && !t->gone && !t->d->closing)
        hint_fetch(t, doubt_done);
    else
        task_answer(t);
}

/* --- the decision ----------------------------------------------------------------------------- */

/* What a remembered hint refuses may have been granted a moment ago: it is read anew before that is
 * believed. */
static void denied(struct task *t, int status, const char *code)
{
    if (!t->fresh) {
        hint_fetch(t, hint_done);
        return;
    }
    problem(t->c, status, code);
    t->c->denial = code;
    task_answer(t);
}

/* Before anything else: a refusal costs an audit row. Once, however often it is decided. */
static bool within_limits(struct task *t)
{
    bool known = t->counted;

    t->counted = true;
    return known || limit_take(t->c, &t->d->options.limits);
}

/* A plugin that is off hides its routes from everybody alike, whatever their permissions. */
static void wall_decide(struct task *t)
{
    if (t->gone || !within_limits(t))
        task_answer(t);
    else if (!plugin_exists(t->c))
        denied(t, 404, "plugin-not-enabled");
    else if (!permission_take(t->c))
        denied(t, 403, "not_permitted");
    else
        task_run(t);
}

void task_wall(struct task *t)
{
    struct call *c = t->c;

    if (c->op->flags & OP_ANONYMOUS) {
        task_run(t);
    } else if (!c->secret) {
        problem(c, 401, "no_session");
        task_answer(t);
    } else if (hint_find(t->d->hints, c)) {
        wall_decide(t);
    } else {
        hint_fetch(t, hint_done);
    }
}

/* --- the trace -------------------------------------------------------------------------------- */

enum { DENIAL_PARAMS = 9, DENIAL_RESERVE_US = 100 * 1000 };

/* Loop thread only. */
static const struct db_stmt *denial_stmt(void)
{
    static const struct db_stmt *stmt;

    if (!stmt)
        stmt = db_stmt_new("select core.audit_denial($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    return stmt;
}

static const char *action_of(struct call *c)
{
    const char *at = c->op->permission ? c->op->permission : c->op->method;
    size_t n = 0;
    const char *word = str_word_next(&at, &n);

    return arena_strndup(c->arena, word, n);
}

/* The batch is made here, where the call is ours; the thread only runs it. */
static struct db_batch *denial_batch(struct call *c)
{
    const char **p = arena_alloc(c->arena, DENIAL_PARAMS * sizeof *p);
    struct db_batch *b = batch_new(c->arena, c->deadline);
    bool inet = c->address && strpbrk(c->address, ".:");

    p[0] = arena_printf(c->arena, "%d", c->county);
    p[1] = c->actor ? c->actor->user : NULL;
    p[2] = c->actor ? c->actor->role : NULL;
    p[3] = inet ? c->address : NULL;
    p[4] = action_of(c);
    p[5] = c->op->path;
    p[6] = c->nargs && uuid_valid(c->args[0]) ? c->args[0] : NULL;
    p[7] = c->denial;
    p[8] = c->id;
    b->repeatable = true; /* twice in the audit is better than not at all */
    batch_add(b, denial_stmt(), DENIAL_PARAMS, p);
    return b;
}

static void audit_run(struct pool_job *j, struct db_conn *conn, int thread)
{
    struct task *t = task_of(j);

    (void)thread;
    if (conn)
        db_run(conn, t->first);
}

/* Nothing is answered that the audit does not know: not even a refusal. */
static void audit_failed(struct task *t)
{
    log_line(LOG_ERROR, "audit_denial_failed", "%s sqlstate %s request %s", t->c->denial,
             t->first->error.sqlstate, t->c->id);
    refusal_busy(t->c, "unavailable");
}

static void audit_done(struct task *t)
{
    if (t->first->status != DB_OK)
        audit_failed(t);
    task_answer(t);
}

void task_audit(struct task *t)
{
    t->audited = true;
    t->first = denial_batch(t->c);
    t->first->status = DB_UNAVAILABLE; /* until it ran */
    if (!t->d->closing && task_thread(t, t->d->denial, audit_run, audit_done))
        return;
    audit_failed(t);
    task_answer(t);
}
