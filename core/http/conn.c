#include "http/conn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "call/messages.h"

/* How slow a reader may be: this much between two looks. */
enum { SEND_BYTES_MIN = 32 << 10 };
/* The kernel counts in ticks: data younger than this is not surely younger than the phase. */
enum { TICK_US = 50000 };
/* What a client may still send of a body that was refused. */
enum { LINGER_BYTES_MAX = 16 << 20, LINGER_READS = 16 };

static void list_push(struct conns *l, struct conn *c)
{
    c->prev = l->last[c->phase];
    c->next = NULL;
    if (c->prev)
        c->prev->next = c;
    else
        l->first[c->phase] = c;
    l->last[c->phase] = c;
}

static void list_drop(struct conns *l, struct conn *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        l->first[c->phase] = c->next;
    if (c->next)
        c->next->prev = c->prev;
    else
        l->last[c->phase] = c->prev;
}

static void rearm(struct conns *l, struct conn *c, int64_t now)
{
    c->due = l->lasts[c->phase] ? now + l->lasts[c->phase] : INT64_MAX;
    list_push(l, c);
}

void conn_add(struct conns *l, struct conn *c, int64_t now)
{
    c->phase = PHASE_HEAD;
    c->since = now;
    l->n++;
    rearm(l, c, now);
}

void conn_remove(struct conns *l, struct conn *c)
{
    list_drop(l, c);
    l->n--;
}

void conn_enter(struct conns *l, struct conn *c, enum phase p, int64_t now)
{
    list_drop(l, c);
    c->phase = p;
    c->since = now;
    c->acked = 0;
    rearm(l, c, now);
}

/* --- deadlines ------------------------------------------------------------------------------- */

static bool tcp_state(const struct conn *c, struct tcp_info *info)
{
    socklen_t n = sizeof *info;

    *info = (struct tcp_info){0};
    return getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, info, &n) == 0;
}

/* libmicrohttpd says nothing before a request line is complete, so the kernel is asked whether
 * bytes came since the last answer. On other sockets than TCP the idle time alone bounds a slow
 * head. */
static bool head_begun(const struct conn *c, int64_t now)
{
    struct tcp_info info;

    return tcp_state(c, &info) &&
           (int64_t)info.tcpi_last_data_recv * 1000 + TICK_US < now - c->since;
}

static void idle_look(struct conns *l, struct conn *c, int64_t now)
{
    if (now - c->since >= l->idle) {
        shutdown(c->fd, SHUT_RDWR);
        conn_enter(l, c, PHASE_CALL, now);
    } else if (head_begun(c, now)) {
        conn_enter(l, c, PHASE_HEAD, now);
    } else {
        list_drop(l, c);
        rearm(l, c, now);
    }
}

static void send_look(struct conns *l, struct conn *c, int64_t now)
{
    struct tcp_info info;
    uint64_t acked = tcp_state(c, &info) ? info.tcpi_bytes_acked : c->acked;

    if (c->acked && acked - c->acked < SEND_BYTES_MIN) {
        shutdown(c->fd, SHUT_RDWR);
        conn_enter(l, c, PHASE_CALL, now);
        return;
    }
    c->acked = acked ? acked : 1;
    list_drop(l, c);
    rearm(l, c, now);
}

/* The earlier answers on this connection are through and this request has none yet, so writing past
 * libmicrohttpd cannot get between two halves of anything. */
static void end_with(struct conns *l, struct conn *c, int64_t now, const char *status,
                     const char *code, const char *title)
{
    char body[512], text[1024];
    int size = snprintf(body, sizeof body,
                        "{\"type\":\"urn:wulian:problem:%s\",\"title\":\"%s\","
                        "\"status\":%.3s,\"code\":\"%s\"}",
                        code, title, status, code);
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 %s\r\nConnection: close\r\n"
                     "Cache-Control: no-store\r\nContent-Type: application/problem+json\r\n"
                     "Content-Length: %d\r\n\r\n%s",
                     status, size, body);

    assert(size > 0 && (size_t)size < sizeof body && n > 0 && (size_t)n < sizeof text);
    (void)send(c->fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(c->fd, SHUT_RDWR);
    conn_enter(l, c, PHASE_CALL, now);
}

static void late(struct conns *l, struct conn *c, int64_t now)
{
    end_with(l, c, now, "408 Request Timeout", "request_timeout", "Request Timeout");
}

/* A handler that does not come back; its call is left to it, for it may still write there. Nothing
 * reaches a client that was answered already: what follows finds the socket shut. */
static void call_late(struct conns *l, struct conn *c, int64_t now)
{
    end_with(l, c, now, "503 Service Unavailable\r\nRetry-After: 1", "too_slow",
             message(c->lang, NULL, "problem.too_slow"));
}

/* Closed by its owner when the shutdown shows as end of input. */
static void linger_look(struct conns *l, struct conn *c, int64_t now)
{
    shutdown(c->linger, SHUT_RDWR);
    list_drop(l, c);
    rearm(l, c, now);
}

void conns_expire(struct conns *l, int64_t now)
{
    static void (*const look[PHASES])(struct conns *, struct conn *, int64_t) = {
        [PHASE_HEAD] = late,
        [PHASE_BODY] = late,
        [PHASE_CALL] = call_late,
        [PHASE_SEND] = send_look,
        [PHASE_IDLE] = idle_look,
        [PHASE_LINGER] = linger_look,
    };

    for (int p = 0; p < PHASES; p++)
        while (look[p] && l->first[p] && l->first[p]->due <= now)
            look[p](l, l->first[p], now);
}

int64_t conns_next(const struct conns *l)
{
    int64_t next = INT64_MAX;

    for (int p = 0; p < PHASES; p++)
        if (l->first[p] && l->first[p]->due < next)
            next = l->first[p]->due;
    return next;
}

void conn_linger_keep(struct conn *c)
{
    int fd = c->linger ? 0 : fcntl(c->fd, F_DUPFD_CLOEXEC, 1);

    if (fd > 0)
        c->linger = fd;
}

bool conn_linger_over(struct conn *c)
{
    char bytes[16 << 10];
    ssize_t n = 1;

    for (int i = 0; i < LINGER_READS && n > 0; i++) {
        n = recv(c->linger, bytes, sizeof bytes, MSG_DONTWAIT);
        c->acked += n > 0 ? (uint64_t)n : 0;
    }
    return n == 0 || (n < 0 && errno != EAGAIN) || c->acked > LINGER_BYTES_MAX;
}

void conns_end_idle(struct conns *l)
{
    for (struct conn *c = l->first[PHASE_IDLE]; c; c = c->next)
        shutdown(c->fd, SHUT_RD);
}
