/* What the files of this folder share: the server, and one request on its way through it. */
#ifndef WULIAN_HTTP_FRONT_H
#define WULIAN_HTTP_FRONT_H

#include <microhttpd.h>

#include "base/buf.h"
#include "http/conn.h"
#include "http/count.h"
#include "http/guard.h"
#include "http/router.h"
#include "http/server.h"
#include "http/static.h"

enum stage {
    STAGE_HEAD,   /* request line seen */
    STAGE_BODY,   /* accepted; the body, if any, is coming */
    STAGE_CALLED, /* with the backend, connection suspended */
    STAGE_ANSWER  /* reply is set */
};

/* Lives in its call's arena, from the request line until the answer is sent. */
struct request {
    struct conn *conn;
    struct call *call;
    const char *target; /* raw, as in the request line */
    enum stage stage;
    int route; /* for counts_answer */
    struct guard guard;
    struct buf body;
    size_t discarded; /* body bytes past the limit, read only to be able to answer */
    bool close;       /* this answer ends the connection */
    bool streamed;    /* the reply's body was a stream */
    const struct static_file *file; /* answer with this instead of the call's reply */
    enum static_coding coding;
};

struct http_server {
    struct http_options options;
    struct http_backend backend;
    struct arena *arena; /* router, static files: for the life of the server */
    struct router *router;
    struct counts *counts;
    struct statics *statics;
    struct MHD_Daemon *daemon;
    int epoll, mhd_epoll;
    struct conns conns;
    int64_t now;      /* monotonic µs at the start of the step */
    int64_t accept_at; /* accepting is paused until then; 0: it is not; INT64_MAX: for good */
    int busy;
    bool run; /* libmicrohttpd has something to do that its epoll fd does not show */
    bool retiring; /* no new connections, and none lives on after its next answer */
    bool draining; /* nor do those that ask nothing */
};

/* access.c: the callbacks of libmicrohttpd, cls is the server. */
void *access_line(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result access_handle(void *cls, struct MHD_Connection *mhd, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_n, void **con_cls);
void access_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                      enum MHD_RequestTerminationCode why);
/* Frees the connection's request, if any. */
void access_release(struct conn *conn);
/* The client is gone while its call is with the backend. */
void access_cancel(struct request *r);

/* answer.c: queues the call's reply, or r->file. */
enum MHD_Result answer(struct request *r, struct MHD_Connection *mhd);

#endif
