/* Guards of actions that look at what the action brings (wl_action.guard over v.<field>): they are
 * asked with the action, never of a row that is merely read. */
#ifndef WULIAN_RECORD_BROUGHT_H
#define WULIAN_RECORD_BROUGHT_H

#include "record/rec.h"

/* Notes whether the guard reads v, after `input` is known; NULL or the fault. */
const char *brought_compile(struct arena *a, const struct rec *r, struct rec_action *x);
/* The guard as an expression over t; where it reads v, that is the input's columns as parameters
 * from `first` on, in the order of the fields. */
const char *brought_guard(struct arena *a, const struct rec *r, const struct rec_action *x,
                          int first);

#endif
