/* Writing a county's sealed ledger as an export (ledger.h), through the owner's connection, chunk
 * by chunk. */
#ifndef WULIAN_AUDIT_EXPORT_H
#define WULIAN_AUDIT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "db/db.h"

struct export_range {
    int county;
    int64_t from, to; /* seals with rows of this time, microseconds, both included */
};

struct export_result {
    int64_t rows, seals, sealed_at; /* what was written; when its last seal was made */
    const char *why;                /* a constant */
};

/* False with result->why. Whole seals only; what no seal covers yet is not written. */
bool export_ledger(struct db_conn *owner, const struct export_range *range, FILE *out,
                   struct export_result *result);

#endif
