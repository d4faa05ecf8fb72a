/* Counts of a record's rows by one or two of its fields: what charts and heads of lists show.
 *
 *   GET …/counts?by=state,month:visited_at&<the filters of the list>
 *
 * Rows are those of the list: its permission, scope, filters and audit row. Groups come with the
 * largest first, at most COUNTS_GROUPS of them; `cut` says that there are more, `total` is the sum
 * of all. Of several choices a row counts in each. By what a masked reader is not shown, and of
 * records with named readers, nothing is counted. */
#ifndef WULIAN_RECORD_COUNTS_H
#define WULIAN_RECORD_COUNTS_H

#include "json/jw.h"
#include "record/rec.h"

enum { COUNTS_GROUPS = 500 };

/* What the record can be counted by, as texts into the open array: "state", "month:visited_at". */
void counts_write(struct jw *w, struct arena *a, const struct rec *r, bool masked);

#endif
