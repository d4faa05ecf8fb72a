/* What the row itself says of the actions open to the caller, besides state, permission and staff
 * fields: whether it is a relative's (WL_NOT_RELATIVE), the actions' guards, and whether it is
 * fixed (guard.h). */
#ifndef WULIAN_RECORD_MAY_H
#define WULIAN_RECORD_MAY_H

#include "record/output.h"
#include "record/rec.h"

/* Whether a condition asks other rows than the one it is about. */
bool may_queries(const char *sql);
/* Names the columns of an action and checks its flags; NULL or the fault. */
const char *may_compile(struct arena *a, struct rec *r, struct rec_action *x);
/* ", … as is_relative, … as may_<action>" over the row t, to stand behind all other columns. In
 * lists only what is cheap to know of each row: a guard with a query of its own is left out, and
 * the list says that the action is possible. */
void may_select_add(struct buf *b, const struct rec *r, bool list);
/* " and not …": the caller's own relative is none of the caller's, by this action. */
void may_where_add(struct buf *b, const struct rec *r, const struct rec_action *x);
/* ", … as is_relative": for saying why an action wrote nothing. */
void may_before_add(struct buf *b, const struct rec *r, const struct rec_action *x);
/* Finds those columns among the rows that are about to be written. */
void may_bind(struct output *o, const struct db_rows *rows);
/* Whether they leave action i of the record open; open when the rows do not say. */
bool may_open(const struct output *o, int i, const struct db_rows *rows, int row);

#endif
