/* One call on its way through the dispatcher. Private to core/http/dispatch*.c.
 *
 *   start → [hint] → wall → plan → batch → render ┐
 *                     │        │      └→ replay ──┤
 *                     │        └→ thread ─────────┤
 *                     └→ denied ──────────────────┴→ answer → [audit] → done
 *
 * What a plan or thread refuses without asking the database goes back to [hint] once.
 *
 * Each function below takes the task one step on and must be the last thing its caller does with
 * it. */
#ifndef WULIAN_HTTP_DISPATCH_TASK_H
#define WULIAN_HTTP_DISPATCH_TASK_H

#include "db/loop.h"
#include "http/dispatch.h"
#include "http/pool.h"
#include "iam/hint.h"

struct task {
    struct dispatcher *d;
    struct call *c;
    http_done_fn done;
    void *arg;
    struct task *prev, *next; /* in the dispatcher's list */
    struct task *next_ready;
    struct db_batch *batch;   /* with the loop now, NULL: none */
    struct db_batch *first;   /* the main batch, while a first try is looked for */
    struct pool *pool;        /* holds `job` now, NULL: none */
    struct pool_job job;
    void (*job_done)(struct task *t);
    bool starting; /* within backend.start: done must wait */
    bool fresh;    /* the hint was read for this call */
    bool repeated; /* planned a second time, after a stale hint */
    bool counted;  /* by its class of work */
    bool audited;  /* the denial was written, or could not be */
    bool gone;     /* the client */
};

struct dispatcher {
    struct dispatch_options options;
    struct hint_cache *hints;
    struct pool *plugin, *secret, *denial;
    int fd; /* eventfd */
    struct task *tasks; /* all */
    struct task *ready, *ready_last; /* answered while starting */
    int pending;
    bool closing;
};

/* --- dispatch.c ------------------------------------------------------------------------------- */

/* The reply is set (or is an internal error): audits a denial, then gives the call back. */
void task_answer(struct task *t);
void task_submit(struct task *t, enum db_lane lane, struct db_batch *b, db_done_fn done);
/* Gives t->job to the pool; job_done follows on the loop thread. False: the queue is full. */
bool task_thread(struct task *t, struct pool *p,
                 void (*run)(struct pool_job *j, struct db_conn *conn, int thread),
                 void (*job_done)(struct task *t));
struct task *task_of(struct pool_job *j);

/* --- dispatch_wall.c -------------------------------------------------------------------------- */

/* The application's own decision: the hint, the permission, the plugin's activation. */
void task_wall(struct task *t);
/* The hint was stale: reads it anew, then decides and plans again. */
void task_hint_renew(struct task *t);
/* The operation answered. What it refused from a remembered hint alone is doubted: the hint is read
 * anew, whoever has left learns that instead, and what was planned is planned again when something
 * changed. */
void task_answer_checked(struct task *t);
/* Writes c->denial to the audit on the gate's connection, then answers. */
void task_audit(struct task *t);

/* --- dispatch_run.c --------------------------------------------------------------------------- */

/* Past the wall: plans and runs on the op's lane. */
void task_run(struct task *t);
/* Its handler runs on a thread; the others are planned on the loop. */
static inline bool op_on_thread(const struct op *op)
{
    return op->lane == OP_THREAD || op->lane == OP_SECRET;
}

#endif
