/* One county's ledger, sealed as far as it is settled. */
#ifndef WULIAN_AUDIT_SEAL_COUNTY_H
#define WULIAN_AUDIT_SEAL_COUNTY_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/sealer.h"
#include "db/db.h"

enum { SEAL_WHY = 256 };

/* What this process knows of a county's log. The database may run ahead of it, never behind. */
struct seal_county {
    int county;
    bool checked; /* the copy outside was held against the database, and brought up to it */
    int64_t seal; /* the newest seen */
    uint8_t hash[SHA256_LEN];
    int64_t again; /* monotonic time before which a refusal stands */
    char why[SEAL_WHY];
};

enum seal_result {
    SEAL_DONE,   /* everything settled is sealed */
    SEAL_MORE,   /* as many rows as one seal takes were there */
    SEAL_LOST,   /* another process sealed them */
    SEAL_FAILED, /* the database did not do it; logged */
    SEAL_REFUSED /* the log is not what it was: nothing is signed; c->why says what */
};

enum seal_result county_seal(struct seal_county *c, struct db_conn *gate,
                             const struct sealer_options *o);

#endif
