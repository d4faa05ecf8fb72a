#include "db/loop.h"

#include <assert.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "db/lane.h"

enum { EVENTS = 64, RETRY_MS = 3000 };

/* --- life --- */

static void lane_open(struct lane *lane, struct db_loop *l, enum db_lane kind, int n, int depth)
{
    assert(n > 0 && depth > 0 && depth <= WIRE_DEPTH_MAX);
    *lane = (struct lane){.kind = kind, .n = n, .depth = depth};
    lane->wire = mem_array((size_t)n, sizeof *lane->wire);
    lane->down_since = clock_mono();
    lane->wake = INT64_MAX;
    for (int i = 0; i < n; i++)
        lane->wire[i] =
            (struct wire){.loop = l, .lane = lane, .fd = -1, .backoff = LINK_BACKOFF_MIN_US};
}

static void canceller_open(struct db_loop *l)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = l};
    l->canceller = canceller_new(l->lane[LANE_WRITE].n);
    if (!l->canceller || epoll_ctl(l->epfd, EPOLL_CTL_ADD, canceller_fd(l->canceller), &e) != 0) {
        log_line(LOG_ERROR, "db_canceller", "no helper thread: statements will not be cancelled");
        canceller_free(l->canceller);
        l->canceller = NULL;
    }
}

struct db_loop *db_loop_new(const struct db_loop_options *o)
{
    struct db_loop *l = mem_alloc(sizeof *l);
    l->epfd = epoll_create1(EPOLL_CLOEXEC);
    if (l->epfd < 0)
        mem_die("epoll_create1 failed");
    l->dsn = mem_strdup(o->dsn);
    l->queue_max = o->queue_max;
    l->retry_us = (int64_t)(o->retry_ms > 0 ? o->retry_ms : RETRY_MS) * 1000;
    l->seed = (uint32_t)(clock_us() ^ getpid());
    lane_open(&l->lane[LANE_QUICK], l, LANE_QUICK, o->quick, o->quick_depth);
    lane_open(&l->lane[LANE_WRITE], l, LANE_WRITE, o->write, 1);
    canceller_open(l);
    return l;
}

static struct job *flying_find(const struct lane *lane, const struct db_batch *b)
{
    for (int i = 0; i < lane->n; i++)
        for (int k = 0; k < lane->wire[i].n; k++)
            if (lane->wire[i].flying[k]->batch == b)
                return lane->wire[i].flying[k];
    return NULL;
}

static void ended_deliver(struct db_loop *l)
{
    struct queue now = l->ended; /* what the callbacks add is for the next step */
    struct job *j;
    l->ended = (struct queue){0};
    while ((j = db_job_pop(&now)))
        j->done(j->batch, j->arg); /* may free the arena, and j with it */
}

static void lane_close(struct lane *lane, struct db_loop *l)
{
    struct job *j;
    for (int i = 0; i < lane->n; i++)
        if (lane->wire[i].state != WIRE_DOWN)
            wire_lost(&lane->wire[i], NULL);
    while ((j = db_job_pop(&lane->waiting)))
        db_job_end(l, j, DB_UNAVAILABLE);
    mem_free(lane->wire);
    lane->n = 0;
}

void db_loop_free(struct db_loop *l)
{
    if (!l)
        return;
    l->closing = true;
    canceller_free(l->canceller);
    for (int i = 0; i < LANE_COUNT; i++)
        lane_close(&l->lane[i], l);
    while (l->ended.n)
        ended_deliver(l);
    close(l->epfd);
    mem_free(l->dsn);
    mem_free(l);
}

/* --- jobs --- */

void db_job_end(struct db_loop *l, struct job *j, enum db_status status)
{
    struct db_batch *b = j->batch;
    b->status = status;
    if (status != DB_OK && !b->error.message) {
        db_error_unsent(&b->error);
        if (status == DB_UNAVAILABLE)
            db_error_count(&b->error);
    }
    db_job_push(&l->ended, j);
}

static struct job *job_new(struct db_batch *b, db_done_fn done, void *arg)
{
    struct job *j = arena_alloc(b->arena, sizeof *j);
    j->batch = b;
    j->done = done;
    j->arg = arg;
    j->submitted = clock_mono();
    j->cancel_at = b->deadline ? b->deadline : INT64_MAX;
    j->stall_at = b->deadline ? b->deadline + LINK_STALL_US : INT64_MAX;
    return j;
}

void db_loop_submit(struct db_loop *l, enum db_lane lane, struct db_batch *b, db_done_fn done,
                    void *arg)
{
    struct lane *to = &l->lane[lane];
    struct job *j = job_new(b, done, arg);
    assert(lane == LANE_QUICK || lane == LANE_WRITE);
    if (l->closing) {
        db_job_end(l, j, DB_UNAVAILABLE);
    } else if (to->waiting.n >= l->queue_max) {
        db_job_end(l, j, DB_BUSY);
    } else {
        lane_push(to, l, j);
        lane_dispatch(to, l);
    }
}

/* A running batch's connection is asked at once; only the write lane has one batch a connection. */
static void flying_cancel(struct lane *lane, struct job *j)
{
    int64_t now = clock_mono();
    j->cancelled = true;
    if (lane->kind != LANE_WRITE)
        return;
    j->cancel_at = now;
    if (now + LINK_STALL_US < j->stall_at)
        j->stall_at = now + LINK_STALL_US;
    for (int i = 0; i < lane->n; i++)
        if (lane->wire[i].n > 0 && lane->wire[i].flying[0] == j)
            wire_timer(&lane->wire[i], now);
}

void db_loop_cancel(struct db_loop *l, struct db_batch *b)
{
    for (int i = 0; i < LANE_COUNT; i++) {
        struct job *j = db_job_find(&l->lane[i].waiting, b);
        if (j) {
            db_job_remove(&l->lane[i].waiting, j);
            db_job_end(l, j, DB_CANCELLED);
            return;
        }
        j = flying_find(&l->lane[i], b);
        if (j) {
            flying_cancel(&l->lane[i], j);
            return;
        }
    }
}

/* --- stepping --- */

int db_loop_fd(const struct db_loop *l)
{
    return l->epfd;
}

static void cancels_done(struct db_loop *l)
{
    struct wire *w;
    while ((w = canceller_done(l->canceller)))
        w->cancelling = false;
}

static void events_read(struct db_loop *l)
{
    struct epoll_event e[EVENTS];
    int n = epoll_wait(l->epfd, e, EVENTS, 0); /* level-triggered: the rest comes next time */
    for (int i = 0; i < n; i++) {
        if (e[i].data.ptr == l)
            cancels_done(l);
        else
            wire_event(e[i].data.ptr, e[i].events);
    }
}

void db_loop_step(struct db_loop *l)
{
    events_read(l);
    for (int i = 0; i < LANE_COUNT; i++) {
        struct lane *lane = &l->lane[i];
        int64_t now = clock_mono();
        for (int k = 0; k < lane->n; k++)
            wire_timer(&lane->wire[k], now);
        lane_dispatch(lane, l);
    }
    ended_deliver(l);
}

int64_t db_loop_next(const struct db_loop *l)
{
    int64_t next = l->ended.n ? 0 : INT64_MAX;
    for (int i = 0; i < LANE_COUNT; i++) {
        const struct lane *lane = &l->lane[i];
        int64_t due = lane_next(lane);
        for (int k = 0; k < lane->n; k++) {
            int64_t wire = wire_next(&lane->wire[k]);
            due = wire < due ? wire : due;
        }
        next = due < next ? due : next;
    }
    return next;
}

bool db_loop_ready(const struct db_loop *l)
{
    return l->lane[LANE_QUICK].up > 0 && l->lane[LANE_WRITE].up > 0;
}

int db_loop_pending(const struct db_loop *l)
{
    int n = l->ended.n;
    for (int i = 0; i < LANE_COUNT; i++) {
        n += l->lane[i].waiting.n;
        for (int k = 0; k < l->lane[i].n; k++)
            n += l->lane[i].wire[k].n;
    }
    return n;
}
