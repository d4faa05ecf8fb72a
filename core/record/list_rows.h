/* Lists of other rows than all that are there: those past a limit (?overdue=<due>, or any), and the
 * deleted ones that can still be restored (?deleted=true, for whoever may restore). */
#ifndef WULIAN_RECORD_LIST_ROWS_H
#define WULIAN_RECORD_LIST_ROWS_H

#include "record/list.h"

/* Names of the query parameters it reads. */
#define LIST_ROWS_PARAMETERS "overdue deleted"

/* Adds a fault for what the record or the caller has not. */
void list_rows_read(struct call *c, const struct rec *r, struct list *l);
/* " and t.deleted_at is null", or what was asked for instead, and the limits. */
void list_rows_where(struct buf *b, const struct rec *r, const struct list *l);
/* What a cursor of such a list belongs to besides; "" for lists of all rows. */
const char *list_rows_about(struct call *c, const struct list *l);

#endif
