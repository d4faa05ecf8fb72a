/* How far a record reaches: rows are written within the caller's scope, and read there too or, of
 * records with WL_COUNTY_WIDE, in the whole county. Of WL_HANDED_ON the scope may be that of
 * to_div; there the row is read and acted on, but not changed by PATCH and DELETE. */
#ifndef WULIAN_RECORD_REACH_H
#define WULIAN_RECORD_REACH_H

#include "record/output.h"

static inline bool rec_county_wide(const struct rec *r)
{
    return r->d.flags & WL_COUNTY_WIDE;
}
static inline bool rec_handed(const struct rec *r)
{
    return r->d.flags & WL_HANDED_ON;
}
/* What is wrong with the record's flags, or NULL. */
const char *reach_fault(const struct rec *r);
/* The application's wall before reading a row of r under an alias, "t" or "x": county and scope,
 * or the county alone, and for class 4 the readers. NULL stands for a record nobody described: its
 * scope. Names $1, $2 and $3 whatever it asks. */
const char *read_where(struct arena *a, const struct rec *r, const char *alias);
/* The same before writing t, its readers left out. */
const char *write_where(const struct rec *r);
/* " and t.div >= $2 and t.div < $3" for what is handed on: only its own place may. */
const char *own_where(const struct rec *r);
/* ", false as elsewhere": whether the row t lies out of the scope $2 $3 and may only be read. */
const char *reach_select(const struct rec *r);
/* Whether the row, seen by its reader, lies outside the caller's scope: nothing can be done to it.
 */
bool reach_over(const struct call *c, const struct rec *r, const struct db_rows *rows, int row);
/* The same of a change that no action is. */
bool reach_over_change(const struct call *c, const struct rec *r, const struct db_rows *rows,
                       int row);

#endif
