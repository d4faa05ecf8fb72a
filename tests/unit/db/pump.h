/* Drives a db_loop from a test and remembers what came back. */
#ifndef TESTS_UNIT_DB_PUMP_H
#define TESTS_UNIT_DB_PUMP_H

#include "db/loop.h"

enum { PUMP_MOST = 512 };

struct pump {
    struct db_loop *loop;
    int n;                            /* batches done */
    struct db_batch *done[PUMP_MOST]; /* in the order of their end */
};

/* One quick and `write` write connections. */
void pump_open(struct pump *p, const char *dsn, int quick, int write, int queue_max, int retry_ms);
void pump_close(struct pump *p);
/* Submits with a `done` that appends to p->done; checks that it is not called at once. */
void pump_submit(struct pump *p, enum db_lane lane, struct db_batch *b);
/* Steps until n batches are done in all: false after `ms`. */
bool pump_until(struct pump *p, int n, int ms);
/* Steps until both lanes are up. */
bool pump_ready(struct pump *p, int ms);
/* Steps for a while. */
void pump_for(struct pump *p, int ms);
/* How often b was reported. */
int pump_times(const struct pump *p, const struct db_batch *b);

#endif
