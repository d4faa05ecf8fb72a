/* Which fields a write's row in the audit names. */
#ifndef WULIAN_RECORD_NAMED_H
#define WULIAN_RECORD_NAMED_H

#include "record/record.h"

/* text[] of the fields given (bit i: field i), the most secret first; NULL: none. A row of the
 * audit keeps within 256 bytes, for most of what a county stores is audit: what finds no room is
 * counted, "+3", and stands in the row's history. */
const char *fields_named(struct call *c, const struct rec *r, uint64_t given, const char *action);

#endif
