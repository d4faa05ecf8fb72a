#define _GNU_SOURCE /* memmem */
#include "http/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "http/health.h"
#include "json/jw.h"

enum { PATIENCE_MS = 5000, ANSWER_MAX = 9 << 20 };

/* --- backend --------------------------------------------------------------------------------- */

struct rig_call {
    struct rig_call *next;
    struct call *call;
    http_done_fn done;
    void *arg;
    int64_t due;
    bool cancelled;
};

static void echo(struct call *c)
{
    struct jw *w = reply_json(c, strcmp(c->method, "POST") == 0 ? 201 : 200);

    jw_object(w);
    jw_kv_text(w, "id", c->id);
    jw_kv_text(w, "method", c->method);
    jw_kv_text(w, "path", c->path);
    jw_kv_text(w, "lang", c->lang == LANG_EN ? "en" : "zh");
    jw_kv_text(w, "arg", c->nargs ? c->args[0] : NULL);
    jw_kv_text(w, "q", call_query(c, "q"));
    jw_kv_int(w, "county", c->county);
    jw_kv_text(w, "secret", c->secret);
    jw_kv_text(w, "key", c->idempotency_key);
    jw_kv_text(w, "if_match", c->if_match);
    jw_kv_bool(w, "dry_run", c->dry_run);
    jw_kv_int(w, "bytes", (int64_t)c->body_n);
    jw_kv_text(w, "name", jv_text(jv_get(c->input, "name")));
    jw_kv_text(w, "address", c->address);
    jw_end(w, '}');
}

static void fill(struct call *c, size_t n)
{
    struct jw *w = reply_json(c, 200);
    char text[1001];

    memset(text, 'x', 1000);
    text[1000] = '\0';
    jw_array(w);
    for (size_t i = 0; i < n / 1000; i++)
        jw_text(w, text);
    jw_end(w, ']');
}

static void respond(struct rig_call *p)
{
    struct call *c = p->call;
    const char *kind = c->op->data ? c->op->data : "echo";

    if (p->cancelled || strcmp(kind, "nothing") == 0)
        return;
    if (c->op->plan)
        (void)c->op->plan(c, NULL);
    else if (strcmp(kind, "big") == 0)
        fill(c, 1000000);
    else if (strcmp(kind, "over") == 0)
        fill(c, CALL_REPLY_MAX + 100000);
    else
        echo(c);
    if (strcmp(kind, "tagged") == 0)
        c->reply.etag = "\"v7.ab\"";
    if (strcmp(kind, "dressed") == 0) {
        c->reply.file = "月报 1.xlsx";
        c->reply.cookie = "token";
        c->reply.location = "/things/7";
    }
}

static void backend_start(void *self, struct call *c, http_done_fn done, void *arg)
{
    struct rig *r = self;
    struct rig_call *p = mem_alloc(sizeof *p);
    const char *kind = c->op->data;
    int64_t ms = 0;

    if (kind && strcmp(kind, "later") == 0)
        assert_true(str_int64(c->args[0], &ms));
    *p = (struct rig_call){r->calls, c, done, arg, clock_mono() + ms * 1000, false};
    if (kind && strcmp(kind, "hold") == 0)
        p->due = INT64_MAX;
    r->calls = p;
    r->started++;
}

static void backend_cancel(void *self, struct call *c)
{
    struct rig *r = self;

    for (struct rig_call *p = r->calls; p; p = p->next)
        if (p->call == c) {
            p->cancelled = true;
            p->due = 0;
            r->cancelled++;
        }
}

static void backend_step(struct rig *r)
{
    int64_t now = clock_mono();

    for (struct rig_call **at = &r->calls; *at;) {
        struct rig_call *p = *at;

        if (p->due > now) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        respond(p);
        r->finished++;
        p->done(p->call, p->arg);
        mem_free(p);
    }
}

static int backend_wait(const struct rig *r, int ms)
{
    int64_t now = clock_mono();

    for (const struct rig_call *p = r->calls; p; p = p->next)
        if (p->due < now + (int64_t)ms * 1000)
            ms = p->due > now ? (int)((p->due - now) / 1000) + 1 : 0;
    return ms;
}

/* --- server ---------------------------------------------------------------------------------- */

static const struct op ops[] = {
    {.method = "GET", .path = "/echo"},
    {.method = "POST", .path = "/echo", .flags = OP_BODY},
    {.method = "PUT", .path = "/raw"},
    {.method = "PATCH", .path = "/things/{id}", .flags = OP_BODY},
    {.method = "DELETE", .path = "/things/{id}"},
    {.method = "GET", .path = "/things/{id}"},
    {.method = "GET", .path = "/later/{ms}", .data = "later"},
    {.method = "GET", .path = "/hold", .data = "hold"},
    {.method = "GET", .path = "/tagged", .data = "tagged"},
    {.method = "GET", .path = "/dressed", .data = "dressed"},
    {.method = "GET", .path = "/big", .data = "big"},
    {.method = "GET", .path = "/over", .data = "over"},
    {.method = "GET", .path = "/nothing", .data = "nothing"},
    {.method = "GET", .path = "/open", .flags = OP_ANONYMOUS},
};
enum { NOPS = sizeof ops / sizeof *ops, LIST_MAX = NOPS + 8 };

static void listen_open(struct rig *r)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    r->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(r->listen_fd >= 0);
    assert_int_equal(bind(r->listen_fd, (struct sockaddr *)&a, n), 0);
    assert_int_equal(listen(r->listen_fd, 1024), 0);
    assert_int_equal(getsockname(r->listen_fd, (struct sockaddr *)&a, &n), 0);
    r->port = ntohs(a.sin_port);
}

void rig_start(struct rig *r, const struct rig_options *o)
{
    struct http_options h = {
        .hosts = "a.example 127.0.0.1",
        .static_root = o->static_root,
        .version = "1.2.3",
        .connections = o->connections ? o->connections : 12000,
        .header_ms = o->header_ms ? o->header_ms : 10000,
        .body_ms = o->body_ms ? o->body_ms : 30000,
        .request_ms = 5000,
        .secure_cookie = o->secure_cookie,
    };
    struct http_backend b = {backend_start, backend_cancel, r};
    struct rlimit files = {4096, 4096};
    const struct op *list[LIST_MAX];
    const char *why = "";
    int n = 0;

    (void)setrlimit(RLIMIT_NOFILE, &files);
    *r = (struct rig){0};
    listen_open(r);
    h.listen_fd = r->listen_fd;
    for (int i = 0; i < NOPS; i++)
        list[n++] = &ops[i];
    for (int i = 0; i < http_nops && n < LIST_MAX; i++)
        list[n++] = &http_ops[i];
    r->server = http_server_new(&h, list, n, &b, &why);
    if (!r->server)
        fail_msg("%s", why);
}

void rig_stop(struct rig *r)
{
    for (struct rig_call *p = r->calls; p; p = p->next)
        p->due = 0;
    backend_step(r);
    http_server_free(r->server);
    close(r->listen_fd);
}

void rig_turn(struct rig *r, int ms)
{
    struct pollfd p = {.fd = http_server_fd(r->server), .events = POLLIN};
    int64_t next = http_server_next(r->server);
    int64_t now = clock_mono();

    ms = backend_wait(r, ms);
    if (next < now + (int64_t)ms * 1000)
        ms = next > now ? (int)((next - now) / 1000) + 1 : 0;
    http_server_step(r->server, poll(&p, 1, ms) > 0);
    backend_step(r);
}

void rig_run(struct rig *r, int ms)
{
    int64_t end = clock_mono() + (int64_t)ms * 1000;

    while (clock_mono() < end)
        rig_turn(r, (int)((end - clock_mono()) / 1000) + 1);
}

/* --- client ---------------------------------------------------------------------------------- */

int rig_connect(struct rig *r)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)r->port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

size_t rig_send(struct rig *r, int fd, const char *bytes, size_t n)
{
    int64_t end = clock_mono() + (int64_t)PATIENCE_MS * 1000;
    size_t sent = 0;

    while (sent < n && clock_mono() < end) {
        ssize_t w = send(fd, bytes + sent, n - sent, MSG_NOSIGNAL);

        if (w < 0 && errno != EAGAIN)
            break;
        if (w < 0)
            rig_turn(r, 1);
        else
            sent += (size_t)w;
    }
    return sent;
}

enum { TOO_LATE = -2 };

/* One byte at a time would be slow and more would take a next answer's: peek, then take. */
static ssize_t take(struct rig *r, int fd, char *to, size_t n, const char *until)
{
    int64_t end = clock_mono() + (int64_t)PATIENCE_MS * 1000;

    while (clock_mono() < end) {
        ssize_t got = recv(fd, to, n, until ? MSG_PEEK : 0);
        char *stop = got > 0 && until ? memmem(to, (size_t)got, until, strlen(until)) : NULL;

        if (stop) {
            got = recv(fd, to, (size_t)(stop - to) + strlen(until), 0);
            to[got] = '\0';
            return got;
        }
        if (got == 0 || (got > 0 && !until) || (got < 0 && errno != EAGAIN))
            return got;
        rig_turn(r, 1);
    }
    return TOO_LATE;
}

bool rig_header(const struct rig_answer *a, const char *name, char *out, size_t cap)
{
    size_t n = strlen(name);

    for (const char *at = strstr(a->head, "\r\n"); at && at[2]; at = strstr(at + 2, "\r\n"))
        if (strncasecmp(at + 2, name, n) == 0 && at[2 + n] == ':') {
            const char *value = at + 2 + n + 1 + strspn(at + 2 + n + 1, " ");

            snprintf(out, cap, "%.*s", (int)strcspn(value, "\r"), value);
            return true;
        }
    if (cap)
        out[0] = '\0';
    return false;
}

struct rig_answer rig_receive(struct rig *r, int fd, const char *method)
{
    static char body[ANSWER_MAX];
    struct rig_answer a = {.body = body};
    char length[32];
    int64_t want = 0;
    ssize_t n = take(r, fd, a.head, sizeof a.head - 1, "\r\n\r\n");

    body[0] = '\0';
    a.closed = n == 0;
    if (n <= 0 || sscanf(a.head, "HTTP/1.%*c %d", &a.status) != 1)
        return a;
    if (rig_header(&a, "Content-Length", length, sizeof length))
        assert_true(str_int64(length, &want));
    assert_true(want < ANSWER_MAX);
    if (strcmp(method, "HEAD") == 0 || a.status == 204 || a.status == 304)
        want = 0;
    while (a.body_n < (size_t)want) {
        n = take(r, fd, body + a.body_n, (size_t)want - a.body_n, NULL);
        if (n <= 0)
            break;
        a.body_n += (size_t)n;
    }
    body[a.body_n] = '\0';
    return a;
}

struct rig_answer rig_ask(struct rig *r, int fd, const char *text)
{
    char method[8] = "";

    snprintf(method, sizeof method, "%.*s", (int)strcspn(text, " "), text);
    rig_send(r, fd, text, strlen(text));
    return rig_receive(r, fd, method);
}

static bool ended(ssize_t n)
{
    return n <= 0 && n != TOO_LATE;
}

bool rig_closed(struct rig *r, int fd)
{
    char c;

    return ended(take(r, fd, &c, 1, NULL));
}

bool rig_ended(struct rig *r, int fd)
{
    char c[4096];
    ssize_t n;

    do
        n = take(r, fd, c, sizeof c, NULL);
    while (n > 0);
    return ended(n);
}
