/* Operations without HTTP: the same plan, batch and render as behind a route, on a blocking
 * connection, as the holder of a session. For the command line and the jobs process. */
#ifndef WULIAN_LOCAL_H
#define WULIAN_LOCAL_H

#include <stdbool.h>

#include "call/call.h"

struct hint_cache;

struct local {
    struct db_conn *app;
    struct hint_cache *hints;
    const struct op *const *ops;
    int nops;
    int county;
    const char *secret; /* of the session */
};

/* Runs the operation of this method and path pattern with the {…} in args and a JSON body (NULL:
 * none). Returns its status; *reply is the body's text, in arena a. */
int local_call(struct local *l, struct arena *a, const char *method, const char *pattern,
               const char *const *args, const char *body, const char **reply);

#endif
