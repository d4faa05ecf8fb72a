/* How much of each class of work one person may ask for in a minute (429 with Retry-After), however
 * many sessions, tokens and connections it comes by: so that no script of one office slows the
 * others down. What an operation is says its class. */
#ifndef WULIAN_HTTP_LIMIT_H
#define WULIAN_HTTP_LIMIT_H

#include "call/call.h"

enum limit_class {
    LIMIT_LOOK,   /* short reads */
    LIMIT_HEAVY,  /* reads that may take long, and looking for people */
    LIMIT_WRITE,
    LIMIT_JOB,    /* what is done later: imports, exports */
    LIMIT_SECRET, /* what costs a password's hash */
    LIMITS
};

struct limits {
    int per_minute[LIMITS]; /* 0: any number */
};

/* Their names: settings "limits.<name>", label of the metric. */
extern const char *const limit_names[LIMITS];

enum limit_class limit_class_of(const struct op *op);
/* Counts a call of c->actor. False: the reply is set. */
bool limit_take(struct call *c, const struct limits *l);

#endif
