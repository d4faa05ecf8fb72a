/* The statements behind reminders. Private to core/record. */
#ifndef WULIAN_RECORD_REMIND_SQL_H
#define WULIAN_RECORD_REMIND_SQL_H

#include "record/rec.h"

enum { REMINDERS_MAX = 512 };

/* $1 … $3 the county's scope, $4 when it was looked last, $5 now. A row for each of the record's
 * that somebody had to be told of, with how many were. */
const struct db_stmt *remind_before(struct arena *a, const struct rec *r,
                                    const struct rec_limit *l);
const struct db_stmt *remind_passed(struct arena *a, const struct rec *r, const struct rec_limit *l,
                                    const char **fault);

#endif
