/* Batches inside an epoll loop: a few non-blocking connections, pipelined.
 *
 *   quick lane   short reads: K connections, up to 16 batches deep, own statement_timeout
 *   write lane   everything that writes or may wait on a lock: depth 1, nobody queues behind it
 *
 * One thread only. The owner adds db_loop_fd() to its own epoll set and calls db_loop_step when it
 * is readable, and at the latest when db_loop_next() says. */
#ifndef WULIAN_DB_LOOP_H
#define WULIAN_DB_LOOP_H

#include "db/db.h"

struct db_loop;
enum db_lane { LANE_QUICK, LANE_WRITE };
typedef void (*db_done_fn)(struct db_batch *b, void *arg);

struct db_loop_options {
    const char *dsn;
    int quick, write; /* connections per lane */
    int quick_depth;  /* batches in flight on one quick connection, 1..16 */
    int queue_max;    /* batches waiting per lane; more are DB_BUSY */
    int retry_ms;     /* how long a batch may wait for a connection to come back (3000) */
};

/* Opens lazily: connections are made in the background and remade with back-off; never blocks. */
struct db_loop *db_loop_new(const struct db_loop_options *o);
int db_loop_fd(const struct db_loop *l); /* an epoll fd of its own */
void db_loop_step(struct db_loop *l);
/* Monotonic microseconds when step must be called even without an event; INT64_MAX when never. */
int64_t db_loop_next(const struct db_loop *l);
/* Sends or queues b; done(b, arg) is called exactly once, from db_loop_step (never from submit),
 * and may submit again. The batch's arena must live until then, and may be freed in done. A
 * deadline that passes while b waits: DB_UNAVAILABLE; while it runs on a write connection: it is
 * cancelled (DB_REFUSED with 57014); on a quick one: its statement_timeout ends it (the session's
 * is 5 s, on write connections 60 s; `enter` sets narrower ones). A server silent for 5 s after the
 * deadline counts as lost. */
void db_loop_submit(struct db_loop *l, enum db_lane lane, struct db_batch *b, db_done_fn done,
                    void *arg);
/* The caller no longer wants b. Waiting: dropped. Running on a write connection: cancelled from a
 * helper thread. Running on a quick connection: left to its statement_timeout. done is still called
 * (DB_CANCELLED or the true outcome). */
void db_loop_cancel(struct db_loop *l, struct db_batch *b);
/* True when at least one connection of each lane is up. */
bool db_loop_ready(const struct db_loop *l);
int db_loop_pending(const struct db_loop *l);
/* Outstanding batches end as DB_UNAVAILABLE, done is called for each. Not from within done. */
void db_loop_free(struct db_loop *l);

#endif
