/* Between the front and the operations: who asks → permission → plan → one batch → render, with the
 * two repeats the protocol knows (a stale hint, and a write that may have happened already). Speaks
 * calls and batches, no libmicrohttpd. */
#ifndef WULIAN_HTTP_DISPATCH_H
#define WULIAN_HTTP_DISPATCH_H

#include <stdint.h>

#include "http/limit.h"
#include "http/pool.h"
#include "http/server.h"

struct dispatcher;
struct db_loop;

/* Called on a plugin thread around a plugin's own code, so that a crash in it can be named and a
 * call that never ends can be ended: the crash slots of the process. thread counts from 0 and is
 * below dispatch_options.threads. */
struct plugin_watch {
    void (*enter)(void *self, int thread, const struct call *c);
    void (*leave)(void *self, int thread);
    void *self;
};

struct dispatch_options {
    struct db_loop *db;
    const char *app_dsn, *gate_dsn;
    int threads;        /* worker threads for plugin C, one wulian_app connection each */
    int queue;          /* calls waiting for such a thread; more are 503 */
    int secret_threads; /* for OP_SECRET, one wulian_gate connection each; their queue is short */
    int hints;          /* tokens remembered */
    struct limits limits;
    const struct plugin_watch *watch; /* NULL: nobody watches */
};

/* NULL when its threads cannot be made. */
struct dispatcher *dispatcher_new(const struct dispatch_options *o);
struct http_backend dispatcher_backend(struct dispatcher *d);
/* Readable when a call is done that no event of the database announces. */
int dispatcher_fd(const struct dispatcher *d);
void dispatcher_step(struct dispatcher *d);
int dispatcher_pending(const struct dispatcher *d); /* calls taken and not yet done */
/* Its threads for plugins' own C, and for passwords. */
struct pool_load dispatcher_plugin_load(const struct dispatcher *d);
struct pool_load dispatcher_secret_load(const struct dispatcher *d);
/* Waits for what runs on its threads and ends every call. Free the loop (options.db) before: calls
 * that wait for it end then. */
void dispatcher_free(struct dispatcher *d);

#endif
