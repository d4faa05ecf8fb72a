#include "db/conn.h"

#include <poll.h>
#include <time.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "db/flight.h"

enum { RETRY_US = 3000000, WHY_TEXT = 512 };

/* --- what db_cancel may see --- */

void db_conn_begin(struct db_conn *c)
{
    pthread_mutex_lock(&c->lock);
    c->busy = true;
    c->cancelled = false;
    pthread_mutex_unlock(&c->lock);
}

void db_conn_end(struct db_conn *c)
{
    pthread_mutex_lock(&c->lock);
    c->busy = false;
    c->running = false;
    pthread_mutex_unlock(&c->lock);
}

void db_conn_set_running(struct db_conn *c, bool running)
{
    pthread_mutex_lock(&c->lock);
    c->running = running;
    pthread_mutex_unlock(&c->lock);
}

bool db_conn_is_cancelled(struct db_conn *c)
{
    pthread_mutex_lock(&c->lock);
    bool cancelled = c->cancelled;
    pthread_mutex_unlock(&c->lock);
    return cancelled;
}

static void cancel_now(struct db_conn *c)
{
    char why[WHY_TEXT];
    if (c->running && c->cancel)
        PQcancel(c->cancel, why, sizeof why);
}

void db_cancel(struct db_conn *c)
{
    pthread_mutex_lock(&c->lock);
    if (c->busy) {
        c->cancelled = true;
        cancel_now(c);
    }
    pthread_mutex_unlock(&c->lock);
}

static void cancel_handle(struct db_conn *c, PGcancel *fresh)
{
    pthread_mutex_lock(&c->lock);
    PQfreeCancel(c->cancel);
    c->cancel = fresh;
    pthread_mutex_unlock(&c->lock);
}

/* --- connecting --- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool socket_wait(int fd, short events, int64_t until)
{
    struct pollfd p = {.fd = fd, .events = events};
    for (;;) {
        int64_t left = until - clock_mono();
        int ms = left <= 0 ? 0 : left > 3600000000 ? 3600000 : (int)((left + 999) / 1000);
        int n = poll(&p, 1, ms);
        if (n > 0)
            return true;
        if (left <= 0)
            return false;
    }
}

static bool connect_poll(PGconn *pg, int64_t until)
{
    PostgresPollingStatusType want = PGRES_POLLING_WRITING;
    while (want != PGRES_POLLING_OK && want != PGRES_POLLING_FAILED) {
        /* Asked anew each time: libpq opens another socket when it tries the next address. */
        int fd = PQsocket(pg);
        if (fd < 0 || !socket_wait(fd, want == PGRES_POLLING_READING ? POLLIN : POLLOUT, until))
            return false;
        want = PQconnectPoll(pg);
    }
    return want == PGRES_POLLING_OK;
}

static void why_set(char **why, const char *before, const char *text)
{
    struct arena *a = arena_new(4096);
    mem_free(*why);
    *why = mem_strdup(arena_printf(a, "%s%.1000s", before, text));
    arena_free(a);
}

/* One attempt. */
static bool conn_connect(struct db_conn *c, int64_t until, char **why)
{
    const char *fault = NULL;
    PGconn *pg = link_start(c->dsn, "");
    if (!pg) {
        why_set(why, "connection string: ", "options too long, or no memory");
        return false;
    }
    bool up = PQstatus(pg) != CONNECTION_BAD && connect_poll(pg, until);
    if (!up && PQstatus(pg) == CONNECTION_BAD)
        why_set(why, "", PQerrorMessage(pg));
    else if (!up && !*why) /* what an earlier attempt said tells more */
        why_set(why, "", "timeout while connecting");
    else if (up && (fault = link_open(&c->link, pg)))
        why_set(why, "server setting is not as it must be: ", fault);
    if (!up || fault) {
        PQfinish(pg);
        return false;
    }
    cancel_handle(c, PQgetCancel(pg));
    return true;
}

static void sleep_until(int64_t when)
{
    int64_t left = when - clock_mono();
    struct timespec ts = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
    if (left > 0)
        nanosleep(&ts, NULL);
}

/* Attempts until one succeeds; at least one. */
static bool conn_reach(struct db_conn *c, int64_t until, char **why)
{
    int64_t pause = LINK_BACKOFF_MIN_US;
    for (;;) {
        int64_t now = clock_mono();
        if (conn_connect(c, earlier(until, now + LINK_CONNECT_US), why))
            return true;
        now = clock_mono();
        if (now >= until || db_conn_is_cancelled(c))
            return false;
        sleep_until(earlier(until, now + link_jitter(&c->seed, pause)));
        pause = earlier(2 * pause, LINK_BACKOFF_MAX_US);
    }
}

struct db_conn *db_open(const char *dsn, int timeout_ms, char **why)
{
    struct db_conn *c = mem_alloc(sizeof *c);
    c->dsn = mem_strdup(dsn);
    c->seed = (uint32_t)clock_us();
    pthread_mutex_init(&c->lock, NULL);
    *why = NULL;
    if (conn_reach(c, clock_mono() + (int64_t)timeout_ms * 1000, why)) {
        mem_free(*why);
        *why = NULL;
        return c;
    }
    db_close(c);
    return NULL;
}

void db_why_free(char *why)
{
    mem_free(why);
}

bool db_reach(struct db_conn **c, const char *dsn)
{
    enum { REACH_MS = 3000 };
    char *why = NULL;

    if (!*c)
        *c = db_open(dsn, REACH_MS, &why);
    if (!*c)
        log_line(LOG_WARN, "db_unreachable", "%s", why ? why : "");
    db_why_free(why);
    return *c != NULL;
}

void db_conn_close(struct db_conn *c)
{
    cancel_handle(c, NULL);
    link_close(&c->link);
}

void db_close(struct db_conn *c)
{
    if (!c)
        return;
    db_conn_close(c);
    pthread_mutex_destroy(&c->lock);
    mem_free(c->dsn);
    mem_free(c);
}

/* --- running --- */

bool db_conn_wait(struct db_conn *c, int64_t until)
{
    int left = PQflush(c->link.pg);
    short events = left == 1 ? POLLIN | POLLOUT : POLLIN;
    if (!socket_wait(PQsocket(c->link.pg), events, until))
        return false;
    PQconsumeInput(c->link.pg); /* a failure shows in PQstatus */
    return true;
}

static bool conn_ready(struct db_conn *c, struct db_batch *b, int64_t until)
{
    char *why = NULL;
    /* A batch that must not be sent twice had better not meet a connection that died meanwhile. */
    bool up = c->link.pg && !c->link.doomed && (b->repeatable || link_alive(&c->link));
    if (!up) {
        db_conn_close(c);
        up = conn_reach(c, until, &why);
    }
    if (!up && b->attempts == 0)
        b->error.message = arena_strdup(b->arena, why);
    mem_free(why);
    return up &&
           (PQpipelineStatus(c->link.pg) != PQ_PIPELINE_OFF || PQenterPipelineMode(c->link.pg));
}

/* From the sent batch to its end; past the deadline it is cancelled, and given up when even that
 * brings no answer. */
static enum flight_state flight_await(struct db_conn *c, struct flight *f, int64_t end)
{
    int64_t cancel_at = end, stall_at = end == INT64_MAX ? end : end + LINK_STALL_US;
    enum flight_state state = flight_receive(&c->link, f);
    while (state == FLIGHT_WAITING) {
        if (!db_conn_wait(c, earlier(cancel_at, stall_at))) {
            if (clock_mono() >= stall_at)
                return FLIGHT_LOST;
            pthread_mutex_lock(&c->lock);
            cancel_now(c);
            pthread_mutex_unlock(&c->lock);
            cancel_at = clock_mono() + LINK_CANCEL_US;
        }
        state = flight_receive(&c->link, f);
    }
    return state;
}

static enum landing conn_fly(struct db_conn *c, struct db_batch *b, int64_t end, bool resend)
{
    struct flight f;
    enum flight_state state = FLIGHT_LOST;
    db_conn_set_running(c, true);
    if (flight_send(&c->link, &f, b))
        state = flight_await(c, &f, end);
    db_conn_set_running(c, false);
    if (state == FLIGHT_LANDED)
        return flight_land(&c->link, &f, resend);
    enum landing how = flight_lost(&c->link, &f, resend);
    db_conn_close(c);
    return how;
}

/* Until the batch is done for or `end`; transient failures are retried for RETRY_US. */
static void conn_run(struct db_conn *c, struct db_batch *b, int64_t end)
{
    int64_t limit = INT64_MAX; /* of retrying */
    int resends = 0;
    for (;;) {
        int64_t now = clock_mono();
        if (now >= end || db_conn_is_cancelled(c) ||
            !conn_ready(c, b, earlier(earlier(limit, end), now + RETRY_US)))
            return;
        enum landing how = conn_fly(c, b, end, resends < FLIGHT_RESENDS);
        if (how == LANDING_FINAL)
            return;
        resends += how == LANDING_RESEND;
        now = clock_mono();
        if (how == LANDING_RETRY)
            limit = limit == INT64_MAX ? now + RETRY_US : limit;
        int64_t next = now + (how == LANDING_RETRY ? link_pause(&c->seed, b->attempts) : 0);
        if (next >= limit || next >= end)
            return;
        sleep_until(next);
    }
}

enum db_status db_run(struct db_conn *c, struct db_batch *b)
{
    b->status = DB_UNAVAILABLE;
    db_error_unsent(&b->error);
    db_conn_begin(c);
    conn_run(c, b, b->deadline ? b->deadline : INT64_MAX);
    bool gave_up = db_conn_is_cancelled(c);
    db_conn_end(c);
    if (gave_up && (b->status == DB_UNAVAILABLE || str_eq(b->error.sqlstate, "57014")))
        b->status = DB_CANCELLED;
    if (b->status == DB_UNAVAILABLE && b->attempts == 0)
        db_error_count(&b->error);
    return b->status;
}

const struct db_rows *db_ask(struct db_conn *c, struct arena *a, const struct db_stmt *s,
                             int nparams, const char *const *params, int64_t within_us,
                             struct db_error *err)
{
    struct db_batch *b = batch_new(a, clock_mono() + within_us);

    b->repeatable = true;
    batch_add(b, s, nparams, params);
    if (db_run(c, b) == DB_OK)
        return b->item[0].rows;
    *err = b->error;
    return NULL;
}
