/* Conditions a description writes itself: guards (struct wl_guard) over the row as it would become,
 * held and told beside the rules (rule.h), and `fixed_when` over the row as it is: when true,
 * nothing but an action changes it. */
#ifndef WULIAN_RECORD_GUARD_H
#define WULIAN_RECORD_GUARD_H

#include "record/output.h"
#include "record/rec_text.h"

/* Works out guards and fixed_when, after the fields; false and *why with the mend. */
bool guards_compile(struct arena *a, struct rec *r, const char **why);
/* Whether a guard reads this column of the row. */
bool guards_name(const struct rec *r, const char *column);
/* "coalesce((…), false)": guard i over t. */
void guard_add(struct sql *s, const struct rec *r, int i);
/* ", …" of the concat of rules_told: what guards tell where they do not hold. */
void guards_tell(struct sql *s, const struct rec *r);
/* Adds the fault of guard i, with what it tells in `told` (see rules_told). */
void guard_fault(struct call *c, const struct rec *r, int i, const char *told);

/* " and not coalesce((fixed_when), false)" of the row t; nothing without one. */
void fixed_where(struct sql *s, const struct rec *r);
/* ", coalesce((fixed_when), false) as is_fixed", false without one. With `list`, nothing when there
 * is none or when it would ask other tables for every row. */
void fixed_select(struct buf *b, const struct rec *r, bool list);
/* A change or deletion that was refused: true with the reply set when the row is fixed. */
bool fixed_refused(struct call *c, const struct rec *r, const struct db_rows *before);

#endif
