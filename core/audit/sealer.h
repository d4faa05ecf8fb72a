/* The thread of the jobs process that seals the ledgers of all counties, about once a second each.
 * Two processes may run it at a time (reload): the seal's number decides, and the loser looks
 * again. */
#ifndef WULIAN_AUDIT_SEALER_H
#define WULIAN_AUDIT_SEALER_H

#include "crypto/crypto.h"

struct sealer;

struct sealer_options {
    const char *gate_dsn;
    const char *dir; /* of the copies outside the database (outside.h); "": none are kept */
    struct sign_key key;
    int every_ms;
    int most;   /* rows under one seal, but for those of its last transaction */
    int late_s; /* unsealed rows older than this are told of in the log */
};

/* Starts it; NULL when the thread cannot be made. */
struct sealer *sealer_new(const struct sealer_options *o);
/* Finishes the seal at hand, waits and frees. NULL is fine. */
void sealer_free(struct sealer *s);

#endif
