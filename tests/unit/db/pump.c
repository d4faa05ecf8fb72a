#include "pump.h"

#include <poll.h>
#include <stdlib.h>

#include "base/time.h"

static void note(struct db_batch *b, void *arg)
{
    struct pump *p = arg;
    if (p->n == PUMP_MOST)
        abort();
    p->done[p->n++] = b;
}

void pump_open(struct pump *p, const char *dsn, int quick, int write, int queue_max, int retry_ms)
{
    struct db_loop_options o = {.dsn = dsn,
                                .quick = quick,
                                .write = write,
                                .quick_depth = 16,
                                .queue_max = queue_max,
                                .retry_ms = retry_ms};
    *p = (struct pump){.loop = db_loop_new(&o)};
}

void pump_close(struct pump *p)
{
    db_loop_free(p->loop);
    p->loop = NULL;
}

void pump_submit(struct pump *p, enum db_lane lane, struct db_batch *b)
{
    int before = p->n;
    db_loop_submit(p->loop, lane, b, note, p);
    if (p->n != before)
        abort();
}

/* As its owner does: sleeps until the descriptor is readable or db_loop_next says so. */
static void pump_once(struct pump *p, int64_t until)
{
    struct pollfd fd = {.fd = db_loop_fd(p->loop), .events = POLLIN};
    int64_t next = db_loop_next(p->loop), now = clock_mono();
    if (until < next)
        next = until;
    poll(&fd, 1, next <= now ? 0 : (int)((next - now + 999) / 1000));
    db_loop_step(p->loop);
}

bool pump_until(struct pump *p, int n, int ms)
{
    int64_t until = clock_mono() + (int64_t)ms * 1000;
    while (p->n < n && clock_mono() < until)
        pump_once(p, until);
    return p->n >= n;
}

bool pump_ready(struct pump *p, int ms)
{
    int64_t until = clock_mono() + (int64_t)ms * 1000;
    while (!db_loop_ready(p->loop) && clock_mono() < until)
        pump_once(p, until);
    return db_loop_ready(p->loop);
}

void pump_for(struct pump *p, int ms)
{
    int64_t until = clock_mono() + (int64_t)ms * 1000;
    while (clock_mono() < until)
        pump_once(p, until);
}

int pump_times(const struct pump *p, const struct db_batch *b)
{
    int n = 0;
    for (int i = 0; i < p->n; i++)
        n += p->done[i] == b;
    return n;
}
