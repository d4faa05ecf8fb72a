#include "http/pool.h"

#include <pthread.h>
#include <signal.h>
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
    bool asked;               /* a cancel was sent for what runs */
    pthread_mutex_t hold;     /* held while a cancel for this worker is on its way */
};

struct pool {
    struct pool_options options;
    char *dsn;
    pthread_mutex_t lock;
    pthread_cond_t work, cancel;
    struct queue waiting, ended;
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

/* Under the lock. */
static void job_end(struct pool *p, struct pool_job *j)
{
    uint64_t one = 1;

    push(&p->ended, j);
    if (write(p->options.done_fd, &one, sizeof one) < 0) {
        /* only when the counter is full, and then it is readable anyway */
    }
}

/* --- threads ---------------------------------------------------------------------------------- */

static struct pool_job *job_wait(struct worker *w)
{
    struct pool *p = w->pool;
    struct pool_job *j;

    pthread_mutex_lock(&p->lock);
    while (!p->stop && !p->waiting.first)
        pthread_cond_wait(&p->work, &p->lock);
    j = p->stop ? NULL : pop(&p->waiting);
    w->running = j;
    w->asked = false;
    pthread_mutex_unlock(&p->lock);
    return j;
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

static void job_finish(struct worker *w, struct pool_job *j)
{
    struct pool *p = w->pool;

    pthread_mutex_lock(&p->lock);
    w->running = NULL;
    pthread_mutex_unlock(&p->lock);
    /* A cancel on its way would hit the next job's query. */
    pthread_mutex_lock(&w->hold);
    pthread_mutex_unlock(&w->hold);
    pthread_mutex_lock(&p->lock);
    job_end(p, j);
    pthread_mutex_unlock(&p->lock);
}

static void *worker_run(void *arg)
{
    struct worker *w = arg;
    struct pool_job *j;

    while ((j = job_wait(w))) {
        if (!w->conn)
            conn_open(w, j->deadline);
        j->run(j, w->conn, w->number);
        job_finish(w, j);
    }
    return NULL;
}

/* The worker whose running job is to be cancelled and was not yet; its hold is taken. */
static struct worker *victim_find(struct pool *p)
{
    for (int i = 0; i < p->started; i++) {
        struct worker *w = &p->worker[i];

        if (!w->running || !w->running->cancelled || w->asked || !w->conn)
            continue;
        w->asked = true;
        pthread_mutex_lock(&w->hold);
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
        pthread_mutex_unlock(&w->hold);
        pthread_mutex_lock(&p->lock);
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
    p->worker = mem_array((size_t)o->threads, sizeof *p->worker);
    /* all of it is there before the first thread looks */
    for (int i = 0; i < o->threads; i++) {
        p->worker[i] = (struct worker){.pool = p, .number = o->first + i};
        pthread_mutex_init(&p->worker[i].hold, NULL);
    }
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
        pthread_cond_signal(&p->work);
    }
    pthread_mutex_unlock(&p->lock);
    return taken;
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
    pthread_mutex_lock(&p->lock);
    j->cancelled = true;
    if (drop(&p->waiting, j))
        job_end(p, j);
    else
        pthread_cond_signal(&p->cancel);
    pthread_mutex_unlock(&p->lock);
}

void pool_stop(struct pool *p)
{
    struct pool_job *j;

    pthread_mutex_lock(&p->lock);
    p->stop = true;
    while ((j = pop(&p->waiting)))
        job_end(p, j);
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
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
    for (int i = 0; i < p->options.threads; i++) {
        db_close(p->worker[i].conn);
        pthread_mutex_destroy(&p->worker[i].hold);
    }
    pthread_cond_destroy(&p->cancel);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    mem_free(p->worker);
    mem_free(p->dsn);
    mem_free(p);
}
