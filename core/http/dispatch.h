/* Between the front and the operations: who asks → permission → plan → one batch → render, with the
 * two repeats the protocol knows (a stale hint, and a write that may have happened already). Speaks
 * calls and batches, no libmicrohttpd. */
#ifndef WULIAN_HTTP_DISPATCH_H
#define WULIAN_HTTP_DISPATCH_H

#include <stdint.h>

#include "http/server.h"

struct dispatcher;
struct db_loop;

struct dispatch_options {
    struct db_loop *db;
    const char *app_dsn, *gate_dsn;
    int threads; /* worker threads for plugin C, one connection each */
    int queue;   /* calls waiting for a thread; more are 503 */
};

struct dispatcher *dispatcher_new(const struct dispatch_options *o);
struct http_backend dispatcher_backend(struct dispatcher *d);
int dispatcher_fd(const struct dispatcher *d); /* readable when a thread has finished a call */
void dispatcher_step(struct dispatcher *d);
int dispatcher_pending(const struct dispatcher *d);
void dispatcher_free(struct dispatcher *d);

#endif
