#include "http/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "db/db.h"

enum { OPEN_LEAST_MS = 1, OPEN_MOST_MS = 3000 };

struct queue {
    struct pool_job *first, *last;
    int n;
};

struct worker {
    struct pool *pool;
    pthread_t thread;
    int number;
    struct db_conn *conn;     /* set once, by its own thread, under the pool's lock */
    struct pool_job *running; /* under the pool's lock */
    bool asked;               /* a cancel for what runs was sent, or is on its way */
    bool cancelling;          /* the canceller has its hands on conn */
};

struct pool {
    struct pool_options options;
    char *dsn;
    pthread_mutex_t lock;
    pthread_cond_t work, cancel, cancelled;
    struct queue waiting, ended;
    atomic_int nwaiting, nbusy; /* what the lock guards, for who only wants to know */
    bool stop, stopped;
    pthread_t canceller;
    struct worker *worker;
    int started;
    bool cancels; /* the canceller runs */
};

/* --- queue ------------------------------------------------------------------------------------ */

static void push(struct queue *q, struct pool_job *j)
{
    j->next = NULL;
    if (q->last)
        q->last->next = j;
    else
        q->first = j;
    q->last = j;
    q->n++;
}

static struct pool_job *pop(struct queue *q)
{
    struct pool_job *j = q->first;

    if (!j)
        return NULL;
    q->first = j->next;
    if (!q->first)
        q->last = NULL;
    q->n--;
    return j;
}

static bool drop(struct queue *q, struct pool_job *j)
{
    struct pool_job *before = NULL;

    for (struct pool_job *at = q->first; at; before = at, at = at->next) {
        if (at != j)
            continue;
        *(before ? &before->next : &q->first) = j->next;
        if (q->last == j)
            q->last = before;
        q->n--;
        return true;
    }
    return false;
}

/* --- ends ------------------------------------------------------------------------------------- */

/* Under the lock. True when done_tell must follow, which is better done without the lock: behind a
 * job that was not taken yet somebody has told, or is about to. */
static bool job_end(struct pool *p, struct pool_job *j)
{
    push(&p->ended, j);
    return p->ended.n == 1;
}

static void done_tell(const struct pool *p)
{
    uint64_t one = 1;

    if (write(p->options.done_fd, &one, sizeof one) < 0) {
        /* only when the counter is full, and then it is readable anyway */
    }
}

/* Under the lock. */
static void loads_note(struct pool *p, int busier)
{
    atomic_store_explicit(&p->nwaiting, p->waiting.n, memory_order_relaxed);
    atomic_fetch_add_explicit(&p->nbusy, busier, memory_order_relaxed);
}

/* --- threads ---------------------------------------------------------------------------------- */

/* Under the lock, which it gives up while it waits; NULL: the pool stops. */
static struct pool_job *job_wait(struct worker *w)
{
    struct pool *p = w->pool;

    while (!p->stop && !p->waiting.first)
        pthread_cond_wait(&p->work, &p->lock);
    w->running = p->stop ? NULL : pop(&p->waiting);
    w->asked = false;
    loads_note(p, w->running != NULL);
    return w->running;
}

static void conn_open(struct worker *w, int64_t deadline)
{
    int64_t ms = (deadline - clock_mono()) / 1000;
    struct db_conn *conn;
    char *why = NULL;

    ms = ms < OPEN_LEAST_MS ? OPEN_LEAST_MS : ms > OPEN_MOST_MS ? OPEN_MOST_MS : ms;
    conn = db_open(w->pool->options.dsn, (int)ms, &why);
    if (!conn)
        log_line(LOG_WARN, "db_unreachable", "thread %d: %s", w->number, why ? why : "");
    db_why_free(why);
    pthread_mutex_lock(&w->pool->lock);
    w->conn = conn;
    pthread_mutex_unlock(&w->pool->lock);
}

/* Under the lock. A cancel on its way would hit the next job's query: it is waited for. */
static bool job_finish(struct worker *w, struct pool_job *j)
{
    w->running = NULL;
    while (w->cancelling)
        pthread_cond_wait(&w->pool->cancelled, &w->pool->lock);
    loads_note(w->pool, -1);
    return job_end(w->pool, j);
}

static void *worker_run(void *arg)
{
    struct worker *w = arg;
    struct pool *p = w->pool;
    struct pool_job *j;

    pthread_mutex_lock(&p->lock);
    while ((j = job_wait(w))) {
        bool tell;

        pthread_mutex_unlock(&p->lock);
        if (!w->conn)
            conn_open(w, j->deadline);
        j->run(j, w->conn, w->number);
        pthread_mutex_lock(&p->lock);
        tell = job_finish(w, j);
        if (!tell)
            continue;
        pthread_mutex_unlock(&p->lock);
        done_tell(p);
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* The worker whose running job is to be cancelled and was not yet. */
static struct worker *victim_find(struct pool *p)
{
    for (int i = 0; i < p->started; i++) {
        struct worker *w = &p->worker[i];

        if (!w->running || !w->running->cancelled || w->asked || !w->conn)
            continue;
        w->asked = w->cancelling = true;
        return w;
    }
    return NULL;
}

static void *canceller_run(void *arg)
{
    struct pool *p = arg;
    struct worker *w;

    pthread_mutex_lock(&p->lock);
    while (!p->stopped) {
        w = victim_find(p);
        if (!w) {
            pthread_cond_wait(&p->cancel, &p->lock);
            continue;
        }
        pthread_mutex_unlock(&p->lock);
        db_cancel(w->conn);
        pthread_mutex_lock(&p->lock);
        w->cancelling = false;
        pthread_cond_broadcast(&p->cancelled);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* --- life ------------------------------------------------------------------------------------- */

/* The process's signals belong to its main thread. */
static bool thread_start(pthread_t *t, void *(*run)(void *), void *arg)
{
    sigset_t all, old;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    failed = pthread_create(t, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return failed == 0;
}

struct pool *pool_new(const struct pool_options *o)
{
    struct pool *p = mem_alloc(sizeof *p);

    p->options = *o;
    p->dsn = mem_strdup(o->dsn);
    p->options.dsn = p->dsn;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->cancel, NULL);
    pthread_cond_init(&p->cancelled, NULL);
    p->worker = mem_array((size_t)o->threads, sizeof *p->worker);
    /* all of it is there before the first thread looks */
    for (int i = 0; i < o->threads; i++)
        p->worker[i] = (struct worker){.pool = p, .number = o->first + i};
    while (p->started < o->threads &&
           thread_start(&p->worker[p->started].thread, worker_run, &p->worker[p->started])) {
        pthread_mutex_lock(&p->lock);
        p->started++;
        pthread_mutex_unlock(&p->lock);
    }
    p->cancels = p->started == o->threads && thread_start(&p->canceller, canceller_run, p);
    if (p->cancels)
        return p;
    pool_stop(p);
    pool_free(p);
    return NULL;
}

bool pool_submit(struct pool *p, struct pool_job *j)
{
    bool taken;

    j->cancelled = false;
    pthread_mutex_lock(&p->lock);
    taken = !p->stop && p->waiting.n < p->options.queue;
    if (taken) {
        push(&p->waiting, j);
        loads_note(p, 0);
    }
    pthread_mutex_unlock(&p->lock);
    if (taken)
        pthread_cond_signal(&p->work);
    return taken;
}

struct pool_load pool_load(struct pool *p)
{
    return (struct pool_load){
        .busy = atomic_load_explicit(&p->nbusy, memory_order_relaxed),
        .waiting = atomic_load_explicit(&p->nwaiting, memory_order_relaxed),
    };
}

struct pool_job *pool_take(struct pool *p)
{
    struct pool_job *j;

    pthread_mutex_lock(&p->lock);
    j = pop(&p->ended);
    pthread_mutex_unlock(&p->lock);
    return j;
}

void pool_cancel(struct pool *p, struct pool_job *j)
{
    bool tell = false;

    pthread_mutex_lock(&p->lock);
    j->cancelled = true;
    if (drop(&p->waiting, j)) {
        loads_note(p, 0);
        tell = job_end(p, j);
    } else {
        pthread_cond_signal(&p->cancel);
    }
    pthread_mutex_unlock(&p->lock);
    if (tell)
        done_tell(p);
}

void pool_stop(struct pool *p)
{
    struct pool_job *j;

    pthread_mutex_lock(&p->lock);
    p->stop = true;
    while ((j = pop(&p->waiting)))
        job_end(p, j);
    loads_note(p, 0);
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    done_tell(p);
    for (int i = 0; i < p->started; i++)
        pthread_join(p->worker[i].thread, NULL);
    pthread_mutex_lock(&p->lock);
    p->stopped = true;
    pthread_cond_signal(&p->cancel);
    pthread_mutex_unlock(&p->lock);
    if (p->cancels)
        pthread_join(p->canceller, NULL);
    p->started = 0;
    p->cancels = false;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    for (int i = 0; i < p->options.threads; i++)
        db_close(p->worker[i].conn);
    pthread_cond_destroy(&p->cancelled);
    pthread_cond_destroy(&p->cancel);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    mem_free(p->worker);
    mem_free(p->dsn);
    mem_free(p);
}
