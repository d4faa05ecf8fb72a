/* Limits that run (struct wl_limit): when a row is overdue, and how its clock stands still. */
#ifndef WULIAN_RECORD_LIMIT_H
#define WULIAN_RECORD_LIMIT_H

#include "record/output.h"
#include "record/rec.h"

/* Works out the limits of a description whose states and actions are compiled; NULL or the fault,
 * with *name the limit's `due`. */
const char *limits_compile(struct arena *a, struct rec *r, const char **name);
/* Index in r->limits of the limit named by its due field; -1. */
int limit_find(const struct rec *r, const char *due);
/* What an action's UPDATE sets besides: ", <due>_held = now()" on the way into a held state, the
 * moved <due> on the way out. Appends nothing when it does neither. */
void limits_set_add(struct buf *b, const struct rec *r, const struct rec_action *x);
/* Bit i: limit i is meant by the name of its due field; "any": all; 0: none is called so. */
unsigned limits_named(const struct rec *r, const char *due);
/* " and (… or …)": the rows past one of these limits now; nothing when there are none. */
void limits_where_add(struct buf *b, const struct rec *r, unsigned limits);
/* "'a', 'b'" of the states in `set`; nothing when there are none. */
void states_add(struct buf *b, const struct rec *r, uint32_t set);
/* " and t.<due> < now() and …": the rows past this limit now. */
void limit_where_add(struct buf *b, const struct rec *r, const struct rec_limit *l);
/* "_overdue":["due_finish_at"]: the limits that the row has passed and that count in its state. */
void limits_write(const struct output *o, const struct db_rows *rows, int row,
                  int state);

#endif
