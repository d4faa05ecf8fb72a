/* The loop's jobs — a batch, who wants it, what it waits for — and their first-in-first-out list.
 * Private to core/db. */
#ifndef WULIAN_DB_QUEUE_H
#define WULIAN_DB_QUEUE_H

#include "db/flight.h"
#include "db/loop.h"

struct job {
    struct flight flight;
    struct db_batch *batch;
    db_done_fn done;
    void *arg;
    struct job *prev, *next;
    int64_t submitted; /* all times: monotonic microseconds */
    int64_t failed_at; /* first transient failure, 0 = none: the retry clock */
    int64_t not_before;
    int64_t cancel_at; /* when the running query is to be cancelled; INT64_MAX never */
    int64_t stall_at;  /* when a silent connection is given up; INT64_MAX never */
    bool cancelled;    /* the caller gave up */
    int resends;
};

/* Jobs live in their batch's arena; a queue only links them. */
struct queue {
    struct job *first, *last;
    int n;
};

void db_job_push(struct queue *q, struct job *j);
void db_job_push_head(struct queue *q, struct job *j);
void db_job_remove(struct queue *q, struct job *j);
/* Takes the first; NULL when empty. */
struct job *db_job_pop(struct queue *q);
/* The job of b, or NULL. */
struct job *db_job_find(const struct queue *q, const struct db_batch *b);

#endif
