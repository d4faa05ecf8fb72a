/* Appending to the audit ledger (domain: 安全审计). Rows say who did what to which row, when and from
 * where; they hold ids and field names, never values. */
#ifndef WULIAN_AUDIT_AUDIT_H
#define WULIAN_AUDIT_AUDIT_H

#include <stdint.h>

#include "call/call.h"

/* Adds a row to the batch: it is written in the same transaction as everything else in it.
 * `object` is "schema.table"; id, div (0: none) and fields ('{a,b}' or NULL) may be missing; n is
 * how many rows a list showed, else 1. Returns the statement's index. */
int audit_add(struct call *c, struct db_batch *b, const char *action, const char *object,
              const char *id, int64_t div, const char *fields, int n);

/* For an act that may turn out not to happen: the audit row as a part of the statement that acts.
 * Parameters $1 to $4 of such a statement are those that audit_params fills in.
 *
 *   "with r as (update … returning …), a as (" AUDIT_SELECT("end", "core.session", "r.id", "null")
 *   " from r) select * from r" */
#define AUDIT_SELECT(action, object, id, div)                                                    \
    "insert into core.audit (county, actor, role, address, request, action, object, object_id,"  \
    " div) select $1, core.actor(), $2, $3::inet, $4::uuid, '" action "', '" object "', " id      \
    ", " div
enum { AUDIT_PARAMS = 4 };
void audit_params(struct call *c, const char *p[AUDIT_PARAMS]);

#endif
