#include "db/lane.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"

static const char *const session_of[LANE_COUNT] = {
    /* `enter` sets narrower ones for each batch; these also hold for preparing, which may wait for
     * a migration's lock. Short reads are as cheap by a kept plan as by one made for their values,
     * but planning a page of a list anew takes as long as reading it. */
    [LANE_QUICK] = "-c statement_timeout=5000 -c plan_cache_mode=force_generic_plan",
    [LANE_WRITE] = "-c statement_timeout=60000",
};

/* --- epoll --- */

static bool wire_watch(struct wire *w, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.ptr = w};
    int fd = PQsocket(w->link.pg);
    if (fd < 0)
        return false;
    /* While connecting libpq may open another socket, even under the same number: epoll forgets the
     * closed one by itself and then knows nothing of the new one. */
    if (w->state == WIRE_UP && fd == w->fd && events == w->events)
        return true;
    w->fd = fd;
    w->events = events;
    if (epoll_ctl(w->loop->epfd, EPOLL_CTL_MOD, fd, &e) == 0)
        return true;
    return errno == ENOENT && epoll_ctl(w->loop->epfd, EPOLL_CTL_ADD, fd, &e) == 0;
}

/* --- up and down --- */

static int line_length(const char *s)
{
    return (int)strcspn(s, "\n");
}

static void wire_down(struct wire *w, const char *why)
{
    struct db_loop *l = w->loop;
    int64_t now = clock_mono();
    bool was_up = w->state == WIRE_UP;
    if (!l->closing && why && (was_up || w->backoff == LINK_BACKOFF_MIN_US))
        log_line(LOG_WARN, was_up ? "db_lost" : "db_connect_failed", "%.*s", line_length(why), why);
    link_close(&w->link);
    w->state = WIRE_DOWN;
    w->fd = -1;
    if (was_up && w->proven) {
        w->backoff = LINK_BACKOFF_MIN_US;
        w->at = now + link_jitter(&l->seed, LINK_BACKOFF_MIN_US);
    } else {
        w->at = now + link_jitter(&l->seed, w->backoff);
        w->backoff = 2 * w->backoff < LINK_BACKOFF_MAX_US ? 2 * w->backoff : LINK_BACKOFF_MAX_US;
    }
    if (was_up)
        lane_count(w->lane, -1);
}

static void wire_connect(struct wire *w, int64_t now)
{
    w->link.pg = link_start(w->loop->dsn, session_of[w->lane->kind]);
    w->state = WIRE_CONNECTING;
    w->at = now + LINK_CONNECT_US;
    if (!w->link.pg)
        wire_down(w, "connection options do not fit, or no memory");
    else if (PQstatus(w->link.pg) == CONNECTION_BAD || !wire_watch(w, EPOLLOUT))
        wire_down(w, PQerrorMessage(w->link.pg));
}

static void wire_up(struct wire *w)
{
    PGconn *pg = w->link.pg;
    const char *fault = link_open(&w->link, pg);
    if (fault) {
        log_line(LOG_ERROR, "db_setting", "server setting %s is not as it must be", fault);
        w->backoff = LINK_BACKOFF_MAX_US;
        wire_down(w, NULL);
        return;
    }
    w->state = WIRE_UP;
    w->proven = false;
    w->events = 0;
    lane_count(w->lane, 1);
    if (w->lane->up == 1)
        log_line(LOG_INFO, "db_up", "%s lane", w->lane->kind == LANE_QUICK ? "quick" : "write");
    if (!PQenterPipelineMode(pg) || !wire_watch(w, EPOLLIN))
        wire_down(w, "cannot watch the connection");
}

static void wire_connecting(struct wire *w)
{
    switch (PQconnectPoll(w->link.pg)) {
    case PGRES_POLLING_OK:
        wire_up(w);
        return;
    case PGRES_POLLING_READING:
        if (wire_watch(w, EPOLLIN))
            return;
        break;
    case PGRES_POLLING_WRITING:
        if (wire_watch(w, EPOLLOUT))
            return;
        break;
    default:
        break;
    }
    wire_down(w, PQerrorMessage(w->link.pg));
}

/* --- batches --- */

static void job_settle(struct wire *w, struct job *j, enum landing how)
{
    struct db_loop *l = w->loop;
    struct db_batch *b = j->batch;
    if (how != LANDING_FINAL && !l->closing && !j->cancelled) {
        int64_t now = clock_mono();
        j->resends += how == LANDING_RESEND;
        if (how == LANDING_RETRY && !j->failed_at)
            j->failed_at = now;
        int64_t pause = how == LANDING_RETRY ? link_pause(&l->seed, b->attempts) : 0;
        lane_push_back(w->lane, l, j, now + pause);
        return;
    }
    bool in_vain = b->status == DB_UNAVAILABLE ||
                   (b->status == DB_REFUSED && str_eq(b->error.sqlstate, "57014"));
    db_job_end(l, j, j->cancelled && in_vain ? DB_CANCELLED : b->status);
}

void wire_lost(struct wire *w, const char *why)
{
    /* From the youngest, each to the queue's head: so the oldest is first again. */
    while (w->n > 0) {
        struct job *j = w->flying[--w->n];
        job_settle(w, j, flight_lost(&w->link, &j->flight, j->resends < FLIGHT_RESENDS));
    }
    wire_down(w, why);
}

static void wire_flush(struct wire *w)
{
    int left = PQflush(w->link.pg);
    if (!wire_watch(w, left == 1 ? EPOLLIN | EPOLLOUT : EPOLLIN))
        wire_lost(w, "cannot watch the connection");
}

void wire_send(struct wire *w, struct job *j)
{
    struct db_batch *b = j->batch;
    /* A batch that must not be sent twice had better not meet a connection that died meanwhile. */
    if (!b->repeatable && w->n == 0 && !link_alive(&w->link)) {
        lane_push_back(w->lane, w->loop, j, 0);
        wire_lost(w, PQerrorMessage(w->link.pg));
        return;
    }
    assert(w->n < WIRE_DEPTH_MAX);
    w->flying[w->n++] = j;
    if (flight_send(&w->link, &j->flight, b))
        wire_flush(w);
    else
        wire_lost(w, PQerrorMessage(w->link.pg));
}

static void wire_landed(struct wire *w)
{
    struct job *j = w->flying[0];
    w->n--;
    for (int i = 0; i < w->n; i++)
        w->flying[i] = w->flying[i + 1];
    enum landing how = flight_land(&w->link, &j->flight, j->resends < FLIGHT_RESENDS);
    if (!w->link.doomed) { /* a read-only server answers too, and must not be asked without pause */
        w->proven = true;
        w->backoff = LINK_BACKOFF_MIN_US;
    }
    job_settle(w, j, how);
}

static void wire_ready(struct wire *w)
{
    enum flight_state state = FLIGHT_WAITING;
    PQconsumeInput(w->link.pg);
    while (w->n > 0) {
        state = flight_receive(&w->link, &w->flying[0]->flight);
        if (state != FLIGHT_LANDED)
            break;
        wire_landed(w);
    }
    if (state == FLIGHT_LOST || PQstatus(w->link.pg) == CONNECTION_BAD)
        wire_lost(w, PQerrorMessage(w->link.pg));
    else if (w->link.doomed && w->n == 0)
        wire_lost(w, NULL);
    else
        wire_flush(w);
}

void wire_event(struct wire *w, uint32_t events)
{
    (void)events; /* libpq looks for itself */
    if (w->state == WIRE_CONNECTING)
        wire_connecting(w);
    else if (w->state == WIRE_UP)
        wire_ready(w);
}

/* --- time --- */

static void wire_cancel(struct wire *w, int64_t now)
{
    PGcancel *cancel = w->loop->canceller ? PQgetCancel(w->link.pg) : NULL;
    w->flying[0]->cancel_at = now + LINK_CANCEL_US;
    if (!cancel)
        return; /* then the stall limit ends it */
    w->cancelling = true;
    canceller_ask(w->loop->canceller, cancel, w);
}

static bool wire_cancellable(const struct wire *w)
{
    return w->lane->kind == LANE_WRITE && !w->cancelling;
}

void wire_timer(struct wire *w, int64_t now)
{
    if (w->state == WIRE_DOWN && now >= w->at)
        wire_connect(w, now);
    else if (w->state == WIRE_CONNECTING && now >= w->at)
        wire_down(w, "timeout while connecting");
    else if (w->n > 0 && now >= w->flying[0]->stall_at)
        wire_lost(w, "no answer, connection given up");
    else if (w->n > 0 && now >= w->flying[0]->cancel_at && wire_cancellable(w))
        wire_cancel(w, now);
}

int64_t wire_next(const struct wire *w)
{
    if (w->state != WIRE_UP)
        return w->at;
    if (w->n == 0)
        return INT64_MAX;
    const struct job *j = w->flying[0];
    return wire_cancellable(w) && j->cancel_at < j->stall_at ? j->cancel_at : j->stall_at;
}
