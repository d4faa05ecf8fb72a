#define _GNU_SOURCE /* accept4 */
#include "http/server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "http/front.h"

enum {
    EVENTS = 128,
    ACCEPTS = 64,                 /* connections taken in one step, so that others get their turn */
    ACCEPT_PAUSE_US = 50000,      /* at the limit, or out of descriptors */
    CONNECTION_MEMORY = 8 << 10,  /* the default of 32 kB is cleared on every request */
    IDLE_US = 75000000,
    SEND_LOOK_US = 30000000,
    LINGER_US = 3000000,
    LATE_US = 1500, /* for each ms of a call's deadline: then its client waits no longer */
    ARENA_MAX = STATIC_TOTAL_MAX + (16 << 20)
};

/* --- callbacks of libmicrohttpd -------------------------------------------------------------- */

static size_t unescape_nothing(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls;
    (void)mhd;
    return strlen(s);
}

/* Any client can cause these lines at will. */
static void log_library(void *cls, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
static void log_library(void *cls, const char *fmt, va_list ap)
{
    char text[512];

    (void)cls;
    vsnprintf(text, sizeof text, fmt, ap);
    log_line(LOG_DEBUG, "microhttpd", "%s", text);
}

static void panic(void *cls, const char *file, unsigned line, const char *reason)
{
    (void)cls;
    log_line(LOG_ERROR, "microhttpd_panic", "%s:%u: %s", file, line, reason ? reason : "");
    mem_die("wulian: libmicrohttpd gave up");
}

static void address_write(struct conn *c, const struct sockaddr *a)
{
    const struct sockaddr_in *v4 = (const void *)a;
    const struct sockaddr_in6 *v6 = (const void *)a;

    if (a && a->sa_family == AF_INET)
        inet_ntop(AF_INET, &v4->sin_addr, c->address, sizeof c->address);
    else if (a && a->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &v6->sin6_addr, c->address, sizeof c->address);
    else
        (void)str_format(c->address, sizeof c->address, "local");
}

/* The socket stands in our own set for its whole life, edge-triggered and for closing only: data
 * wakes nobody, and a client that leaves while its connection is suspended is seen. */
static struct conn *conn_open(struct http_server *s, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct conn *c = mem_alloc(sizeof *c);
    struct epoll_event e = {.events = EPOLLRDHUP | EPOLLET, .data = {.ptr = c}};
    const union MHD_ConnectionInfo *address;

    c->server = s;
    c->mhd = mhd;
    c->fd = fd->connect_fd;
    address = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    address_write(c, address ? address->client_addr : NULL);
    if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
        log_line(LOG_WARN, "connection_unwatched", "%s", strerror(errno));
    conn_add(&s->conns, c, s->now);
    return c;
}

static bool watch(struct http_server *s, int fd, uint32_t events, void *tag)
{
    struct epoll_event e = {.events = events, .data = {.ptr = tag}};

    return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

static void conn_close(struct http_server *s, struct conn *c)
{
    if (c->linger)
        close(c->linger);
    conn_remove(&s->conns, c);
    mem_free(c);
}

/* The library closes its handle next; ours keeps the socket, and with it what epoll knows of it. */
static void conn_linger(struct http_server *s, struct conn *c)
{
    (void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, c->fd, NULL);
    conn_enter(&s->conns, c, PHASE_LINGER, s->now);
    if (!watch(s, c->linger, EPOLLIN, c))
        conn_close(s, c);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *s = cls;
    struct conn *c = *context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = conn_open(s, mhd);
        return;
    }
    *context = NULL;
    access_release(c);
    if (c->linger)
        conn_linger(s, c);
    else
        conn_close(s, c);
}

/* --- start and end --------------------------------------------------------------------------- */

/* STRICT_FOR_CLIENT stays 0: what it would refuse (no Host, spaces in the target) the guard refuses
 * too, with a proper problem; the library's own answers to a bad head carry their header twice. */
static struct MHD_Daemon *daemon_start(struct http_server *s)
{
    unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;

    MHD_set_panic_func(panic, NULL);
    return MHD_start_daemon(
        flags, 0, NULL, NULL, access_handle, s,
        MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->options.connections,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape_nothing, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, access_line, s,
        MHD_OPTION_NOTIFY_COMPLETED, access_completed, s,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_END);
}

static bool watch_listener(struct http_server *s)
{
    return watch(s, s->options.listen_fd, EPOLLIN | EPOLLEXCLUSIVE, &s->options);
}

static bool loop_open(struct http_server *s)
{
    const union MHD_DaemonInfo *info;

    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (s->epoll < 0)
        return false;
    s->daemon = daemon_start(s);
    info = s->daemon ? MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    return info && watch(s, info->epoll_fd, EPOLLIN, &s->daemon) && watch_listener(s);
}

static struct http_server *refused(struct http_server *s, const char **why, const char *text)
{
    static char kept[512]; /* the arena that holds the text goes */

    (void)str_format(kept, sizeof kept, "%s", text);
    *why = kept;
    http_server_free(s);
    return NULL;
}

struct http_server *http_server_new(const struct http_options *o, const struct op *const *ops,
                                    int n, const struct http_backend *backend,
                                    const char **why)
{
    struct http_server *s = mem_alloc(sizeof *s);
    const char *text = "";

    s->options = *o;
    s->backend = *backend;
    s->epoll = -1;
    s->now = clock_mono();
    s->arena = arena_new(ARENA_MAX);
    s->conns.lasts[PHASE_HEAD] = (int64_t)o->header_ms * 1000;
    s->conns.lasts[PHASE_IDLE] = s->conns.lasts[PHASE_HEAD];
    s->conns.lasts[PHASE_BODY] = (int64_t)o->body_ms * 1000;
    s->conns.lasts[PHASE_CALL] = (int64_t)o->request_ms * LATE_US;
    s->conns.lasts[PHASE_SEND] = SEND_LOOK_US;
    s->conns.lasts[PHASE_LINGER] = LINGER_US;
    s->conns.idle = IDLE_US;
    s->router = router_new(s->arena, ops, n, &text);
    if (!s->router)
        return refused(s, why, text);
    s->counts = counts_new(s->arena, ops, n);
    s->statics = statics_load(s->arena, o->static_root, o->version, &text);
    if (!s->statics)
        return refused(s, why, text);
    if (!loop_open(s))
        return refused(s, why, "the HTTP loop cannot be set up");
    return s;
}

void http_server_free(struct http_server *s)
{
    if (!s)
        return;
    if (s->daemon) {
        /* the library refuses to stop while a connection is suspended; resumed ones leave that
         * state in its next run */
        (void)MHD_run(s->daemon);
        MHD_stop_daemon(s->daemon);
    }
    while (s->conns.first[PHASE_LINGER])
        conn_close(s, s->conns.first[PHASE_LINGER]);
    if (s->epoll >= 0)
        close(s->epoll);
    arena_free(s->arena);
    mem_free(s);
}

/* --- the loop -------------------------------------------------------------------------------- */

static void accept_pause(struct http_server *s, int64_t until)
{
    if (s->accept_at == 0)
        (void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->options.listen_fd, NULL);
    s->accept_at = until;
}

/* At the limit the rest waits in the kernel's queue, where a worker with room finds it. */
static void accept_some(struct http_server *s)
{
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage a;
        socklen_t n = sizeof a;
        int fd = -1;

        if (s->conns.n + i < s->options.connections)
            fd = accept4(s->options.listen_fd, (struct sockaddr *)&a, &n,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        else
            errno = EMFILE;
        if (fd < 0 && (errno == ECONNABORTED || errno == EINTR))
            continue;
        if (fd < 0 && errno != EAGAIN)
            accept_pause(s, s->now + ACCEPT_PAUSE_US);
        if (fd < 0)
            return;
        /* closes fd itself when it fails */
        (void)MHD_add_connection(s->daemon, fd, (struct sockaddr *)&a, n);
        s->run = true;
    }
}

static void client_event(struct http_server *s, struct conn *c)
{
    if (c->phase == PHASE_LINGER) {
        if (conn_linger_over(c))
            conn_close(s, c);
        return;
    }
    c->gone = true;
    if (c->request)
        access_cancel(c->request);
}

static void events_take(struct http_server *s)
{
    struct epoll_event e[EVENTS];
    int n = epoll_wait(s->epoll, e, EVENTS, 0);

    /* no event here is for a connection that another one freed: each frees at most its own */
    for (int i = 0; i < n; i++) {
        if (e[i].data.ptr == &s->daemon)
            s->run = true;
        else if (e[i].data.ptr == &s->options)
            accept_some(s);
        else
            client_event(s, e[i].data.ptr);
    }
}

static void library_run(struct http_server *s)
{
    MHD_UNSIGNED_LONG_LONG ms;

    s->run = false;
    (void)MHD_run(s->daemon);
    if (MHD_get_timeout(s->daemon, &ms) == MHD_YES && ms == 0)
        s->run = true;
}

int http_server_fd(const struct http_server *s)
{
    return s->epoll;
}

void http_server_step(struct http_server *s, bool ready)
{
    s->now = clock_mono();
    if (s->accept_at && s->accept_at <= s->now) {
        s->accept_at = 0;
        if (!watch_listener(s))
            log_line(LOG_ERROR, "listener_unwatched", "%s", strerror(errno));
    }
    if (ready)
        events_take(s);
    conns_expire(&s->conns, s->now);
    if (s->run)
        library_run(s);
}

int64_t http_server_next(const struct http_server *s)
{
    int64_t next = conns_next(&s->conns);

    if (s->run)
        return s->now;
    if (s->accept_at && s->accept_at < next)
        next = s->accept_at;
    return next;
}

void http_server_retire(struct http_server *s)
{
    if (s->retiring)
        return;
    s->retiring = true;
    accept_pause(s, INT64_MAX);
}

void http_server_drain(struct http_server *s)
{
    if (s->draining)
        return;
    http_server_retire(s);
    s->draining = true;
    conns_end_idle(&s->conns);
}

int http_server_busy(const struct http_server *s)
{
    return s->busy;
}

int http_server_connections(const struct http_server *s)
{
    return s->conns.n;
}
