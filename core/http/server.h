/* The HTTP front: libmicrohttpd driven from our own epoll loop (external mode, never an internal
 * thread). It turns a request into a call, hands it to the dispatcher, and sends the call's reply.
 * The only folder that includes microhttpd.h. */
#ifndef WULIAN_HTTP_SERVER_H
#define WULIAN_HTTP_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "call/call.h"

struct http_server;

/* What stands behind the front. start: takes the call, calls done(c, arg) exactly once from the
 * loop thread, never before start returns; the call's arena lives until then. cancel: the client is
 * gone; done is still called. */
typedef void (*http_done_fn)(struct call *c, void *arg);
struct http_backend {
    void (*start)(void *self, struct call *c, http_done_fn done, void *arg);
    void (*cancel)(void *self, struct call *c);
    void *self;
};

struct http_options {
    int listen_fd;           /* inherited, listening, non-blocking */
    const char *hosts;       /* allowed Host values, space-separated, without port; "*" any */
    const char *proxies;     /* peers whose X-Forwarded-For is believed, space-separated; or NULL */
    const char *static_root; /* folder of the console's build, or NULL */
    const char *version;     /* for the index page */
    int connections;         /* 12000 */
    int header_ms, body_ms;  /* own deadlines: 10000, 30000 */
    int request_ms;          /* a call's deadline: 5000 */
    bool secure_cookie;      /* __Host- cookie name (https) or plain name (loopback http) */
};

/* ops: every route of the process (n pointers, must outlive the server). Two ops with the same
 * method and path pattern are our bug: refused with *why, as is a static_root that cannot be read.
 * One server a process: the next failure overwrites *why. The listening socket stays the
 * caller's. */
struct http_server *http_server_new(const struct http_options *o, const struct op *const *ops,
                                    int n, const struct http_backend *backend,
                                    const char **why);
int http_server_fd(const struct http_server *s); /* epoll fd of its own, for the worker's loop */
/* ready: that fd is readable; else only what is due or left over is done. */
void http_server_step(struct http_server *s, bool ready);
int64_t http_server_next(const struct http_server *s); /* monotonic µs; INT64_MAX never */
/* Somebody else accepts from now on: stops accepting, and every answer says Connection: close. An
 * idle connection waits for its next request: ended here, it could be ended under one that is
 * already on its way. */
void http_server_retire(struct http_server *s);
/* Nobody else does: the same, and idle connections are ended. */
void http_server_drain(struct http_server *s);
int http_server_busy(const struct http_server *s); /* requests being answered */
int http_server_connections(const struct http_server *s);
/* Closes what is open. Every call that was started must be done: free the backend first. */
void http_server_free(struct http_server *s);

#endif
