/* From method and path to an operation. Built once from the tables of operations; read-only
 * after. */
#ifndef WULIAN_HTTP_ROUTER_H
#define WULIAN_HTTP_ROUTER_H

#include "call/call.h"
#include "http/path.h"

struct router;

enum route_result { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

struct route {
    const struct op *op; /* ROUTE_FOUND */
    int number;          /* … its place in the table that the router was made of */
    const char *args[CALL_ARGS_MAX];
    int nargs;
    const char *allow; /* this path's methods, "GET, HEAD, OPTIONS"; NULL for ROUTE_NO_PATH */
};

/* A pattern is '/'-separated; a segment is literal text or a whole capture "{name}". A literal wins
 * over a capture; captures of the same place need not share a name. NULL with *why (in the arena)
 * for a malformed pattern, an unknown method, more than CALL_ARGS_MAX captures, or the same method
 * and path twice. The router lives in the arena. */
struct router *router_new(struct arena *a, const struct op *const *ops, int n, const char **why);
/* HEAD finds the operation of GET. */
enum route_result router_find(const struct router *r, const char *method, const struct path *p,
                              struct route *out);

#endif
