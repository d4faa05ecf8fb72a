/* Fields whose value no two living rows of a county share (WL_UNIQUE), and the fields an import
 * finds its row by (WL_KEY): each rests on a unique index, whose violation becomes a fault at the
 * field. */
#ifndef WULIAN_RECORD_UNIQUE_H
#define WULIAN_RECORD_UNIQUE_H

#include "record/catalog.h"
#include "record/rec.h"

/* Collects them into r->uniques; false and *why when a flag stands on a type that has no equality
 * worth the name. */
bool uniques_compile(struct arena *a, struct rec *r, const char **why);
/* Finds the index behind each; false and *why when there is none: "make one: create unique index on
 * t (county, code) where deleted_at is null". */
bool uniques_find(struct arena *a, const struct catalog *db, struct rec *r, const char **why);
/* The write was refused by `constraint`: when that is an index of ours, adds the fault `not_unique`
 * at its field and returns true. */
bool unique_fault(struct call *c, const struct rec *r, const char *constraint);
/* Another row holds the value of this field already. Of people's numbers that tells who is in the
 * county's register, also beyond the caller's scope: such an answer leaves a trace as a denial does
 * (c->denial), so that trying numbers out is seen. */
void unique_trace(struct call *c, const struct rec_field *f);
/* The columns of the record's import key and how many; 0 when it has none. */
int rec_key_fields(const struct rec *r, int fields[REC_KEY_MAX]);

#endif
