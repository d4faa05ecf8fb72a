/* Where a page of the ledger ended: opaque to clients and signed, so that nobody makes one up. */
#ifndef WULIAN_AUDIT_CURSOR_H
#define WULIAN_AUDIT_CURSOR_H

#include <stdbool.h>

#include "base/arena.h"

struct audit_place {
    const char *at; /* as PostgreSQL prints it */
    const char *id; /* uuid */
};

const char *audit_cursor(struct arena *a, int county, struct audit_place last);
/* False when it is not one that audit_cursor made for this county. */
bool audit_cursor_read(struct arena *a, int county, const char *text, struct audit_place *out);

#endif
