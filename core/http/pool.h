/* Threads for what may block: each with a database connection of its own, fed from one bounded
 * queue. The loop thread submits and takes; the jobs themselves run on the pool's threads. */
#ifndef WULIAN_HTTP_POOL_H
#define WULIAN_HTTP_POOL_H

#include <stdbool.h>
#include <stdint.h>

struct pool;
struct db_conn;

/* One piece of work, embedded in what it works on; must live until it was taken. */
struct pool_job {
    /* On a thread of the pool. conn is NULL while the database cannot be reached. */
    void (*run)(struct pool_job *j, struct db_conn *conn, int thread);
    int64_t deadline; /* monotonic µs: how long the thread waits for a first connection */
    bool cancelled;   /* the pool's own, like what follows */
    struct pool_job *next;
};

struct pool_options {
    const char *dsn;
    int threads;  /* started at once; connections are made when first needed */
    int queue;    /* jobs waiting; more are refused */
    int first;    /* number of the first thread, as run sees it */
    int done_fd;  /* eventfd that is written to when a job has ended */
};

/* NULL when the threads cannot be made. */
struct pool *pool_new(const struct pool_options *o);
/* False when the queue is full: the job was not taken. */
bool pool_submit(struct pool *p, struct pool_job *j);
/* How many of its threads work, and how many jobs wait for one. */
struct pool_load {
    int busy, waiting;
};
struct pool_load pool_load(struct pool *p);
/* The next job that has ended; NULL when none. */
struct pool_job *pool_take(struct pool *p);
/* Nobody waits for the job any more. Still queued: it ends without having run. Running: what its
 * connection does is cancelled, from a thread of the pool's own, since that connects anew and
 * blocks. It ends like any other. */
void pool_cancel(struct pool *p, struct pool_job *j);
/* Waits for the jobs that run; those still queued end without having run, and all can be taken
 * afterwards. pool_submit refuses from now on. */
void pool_stop(struct pool *p);
/* After pool_stop and the last pool_take. NULL is fine. */
void pool_free(struct pool *p);

#endif
