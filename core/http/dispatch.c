#include "http/dispatch.h"

#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/meter.h"
#include "http/dispatch_task.h"
#include "iam/refusal.h"

/* A password takes a quarter of a second: whoever is 33rd had better come back. Denials are short,
 * but each is a commit. */
enum { SECRET_QUEUE = 32, DENIAL_QUEUE = 256, DENIAL_THREADS = 1 };

/* --- a task's end ----------------------------------------------------------------------------- */

static void wake(struct dispatcher *d)
{
    uint64_t one = 1;

    if (write(d->fd, &one, sizeof one) < 0) {
        /* only when the counter is full, and then it is readable anyway */
    }
}

/* The call, and the task in its arena, belong to the front again afterwards. */
static void task_finish(struct task *t)
{
    struct dispatcher *d = t->d;

    *(t->prev ? &t->prev->next : &d->tasks) = t->next;
    if (t->next)
        t->next->prev = t->prev;
    d->pending--;
    t->c->task = NULL;
    t->done(t->c, t->arg);
}

static void task_end(struct task *t)
{
    struct dispatcher *d = t->d;

    if (!t->starting) {
        task_finish(t);
        return;
    }
    *(d->ready_last ? &d->ready_last->next_ready : &d->ready) = t;
    d->ready_last = t;
    wake(d);
}

void task_answer(struct task *t)
{
    struct call *c = t->c;

    if (c->reply.status == 0 && (t->gone || t->d->closing)) {
        refusal_busy(c, t->gone ? "cancelled" : "shutting_down");
    } else if (c->reply.status == 0) {
        log_line(LOG_ERROR, "no_reply", "%s %s request %s", c->op->method, c->op->path, c->id);
        problem(c, 500, "internal");
    }
    if (c->reply.status == 403 && !c->denial)
        c->denial = "not_permitted";
    if (c->denial && !t->audited)
        meter_add(meter_named("wulian_denials_total{code=\"%s\"}", c->denial), 1);
    if (c->denial && c->county && !t->audited)
        task_audit(t);
    else
        task_end(t);
}

/* --- waiting for others ----------------------------------------------------------------------- */

void task_submit(struct task *t, enum db_lane lane, struct db_batch *b, db_done_fn done)
{
    t->batch = b;
    db_loop_submit(t->d->options.db, lane, b, done, t);
}

struct task *task_of(struct pool_job *j)
{
    return (struct task *)(void *)((char *)j - offsetof(struct task, job));
}

bool task_thread(struct task *t, struct pool *p,
                 void (*run)(struct pool_job *j, struct db_conn *conn, int thread),
                 void (*job_done)(struct task *t))
{
    t->job = (struct pool_job){.run = run, .deadline = t->c->deadline};
    t->job_done = job_done;
    t->pool = p;
    if (pool_submit(p, &t->job))
        return true;
    t->pool = NULL;
    return false;
}

static void jobs_take(struct pool *p)
{
    struct pool_job *j;

    while ((j = pool_take(p))) {
        struct task *t = task_of(j);

        t->pool = NULL;
        t->job_done(t);
    }
}

static void ready_take(struct dispatcher *d)
{
    struct task *t = d->ready; /* what is added meanwhile waits for the next step */

    d->ready = d->ready_last = NULL;
    while (t) {
        struct task *next = t->next_ready;

        task_finish(t);
        t = next;
    }
}

/* --- the front's side ------------------------------------------------------------------------- */

static void backend_start(void *self, struct call *c, http_done_fn done, void *arg)
{
    struct dispatcher *d = self;
    struct task *t = arena_alloc(c->arena, sizeof *t);

    *t = (struct task){.d = d, .c = c, .done = done, .arg = arg, .next = d->tasks};
    if (d->tasks)
        d->tasks->prev = t;
    d->tasks = t;
    d->pending++;
    c->task = t;
    c->hints = d->hints;
    t->starting = true;
    task_wall(t);
    /* not finished yet: task_end waits for `starting` */
    t->starting = false;
}

static void backend_cancel(void *self, struct call *c)
{
    struct dispatcher *d = self;
    struct task *t = c->task;

    if (!t)
        return;
    t->gone = true;
    if (t->batch)
        db_loop_cancel(d->options.db, t->batch);
    else if (t->pool && t->pool != d->denial) /* a denial is written all the same */
        pool_cancel(t->pool, &t->job);
}

struct http_backend dispatcher_backend(struct dispatcher *d)
{
    return (struct http_backend){.start = backend_start, .cancel = backend_cancel, .self = d};
}

/* --- life ------------------------------------------------------------------------------------- */

static bool pools_open(struct dispatcher *d)
{
    const struct dispatch_options *o = &d->options;

    d->plugin = pool_new(&(struct pool_options){.dsn = o->app_dsn,
                                                .threads = o->threads,
                                                .queue = o->queue,
                                                .done_fd = d->fd});
    d->secret = pool_new(&(struct pool_options){.dsn = o->gate_dsn,
                                                .threads = o->secret_threads,
                                                .queue = SECRET_QUEUE,
                                                .done_fd = d->fd});
    d->denial = pool_new(&(struct pool_options){.dsn = o->gate_dsn,
                                                .threads = DENIAL_THREADS,
                                                .queue = DENIAL_QUEUE,
                                                .done_fd = d->fd});
    return d->plugin && d->secret && d->denial;
}

struct dispatcher *dispatcher_new(const struct dispatch_options *o)
{
    struct dispatcher *d = mem_alloc(sizeof *d);

    d->options = *o;
    d->hints = hint_cache_new(o->hints);
    d->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (d->fd >= 0 && pools_open(d))
        return d;
    dispatcher_free(d);
    return NULL;
}

int dispatcher_fd(const struct dispatcher *d)
{
    return d->fd;
}

void dispatcher_step(struct dispatcher *d)
{
    uint64_t n;

    if (read(d->fd, &n, sizeof n) < 0) {
        /* stepped without an event: the queues are looked at all the same */
    }
    ready_take(d);
    jobs_take(d->plugin);
    jobs_take(d->secret);
    jobs_take(d->denial);
}

int dispatcher_pending(const struct dispatcher *d)
{
    return d->pending;
}

struct pool_load dispatcher_plugin_load(const struct dispatcher *d)
{
    return pool_load(d->plugin);
}

struct pool_load dispatcher_secret_load(const struct dispatcher *d)
{
    return pool_load(d->secret);
}

static void pool_close(struct pool *p)
{
    if (!p)
        return;
    pool_stop(p);
    jobs_take(p);
    pool_free(p);
}

void dispatcher_free(struct dispatcher *d)
{
    if (!d)
        return;
    d->closing = true;
    ready_take(d);
    pool_close(d->plugin);
    pool_close(d->secret);
    pool_close(d->denial);
    if (d->fd >= 0)
        close(d->fd);
    hint_cache_free(d->hints);
    mem_free(d);
}
