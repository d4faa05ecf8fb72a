/* Checking an export (ledger.h) without the database, line by line, in memory that does not grow
 * with it. */
#ifndef WULIAN_AUDIT_VERIFY_H
#define WULIAN_AUDIT_VERIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "crypto/crypto.h"

struct verify_options {
    const struct sign_public *keys;
    int nkeys;
    int64_t
        until; /* seals outside that are later than this need not be in the export; 0: all must */
};

struct verify_report {
    int64_t county, first, rows, seals, last_at; /* last_at: when the last seal was made */
    int64_t line; /* the one that is wrong; past the last when something is missing */
    int64_t seq;  /* the sequence number there */
    char why[160];
};

/* Reads `log` to its end and compares its seals with those in `outside` (NULL: no such file).
 * False: the report says what is wrong, and where it was found. */
bool verify_export(FILE *log, FILE *outside, const struct verify_options *o,
                   struct verify_report *out);

#endif
