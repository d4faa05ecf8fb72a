/* A row that another station reads while something is handed on to it: of a record with
 * WL_SHAREABLE that a record with WL_HANDED_ON names as its person, in the states of `shares`. Only
 * the single row can be read, for no longer than shared_until, and each such look is safe in the
 * audit before it leaves. It is a second question, asked when the row is not in the caller's own
 * scope, and asked of a function of the database, the second wall: row security knows nothing of
 * it. */
#ifndef WULIAN_RECORD_SHARE_H
#define WULIAN_RECORD_SHARE_H

#include "record/record.h"

/* What is wrong with `shares` and the fields it needs, or NULL; after the fields. */
const char *share_fault(const struct rec *r);
/* The statement; after every record of the process is registered. */
void share_build(struct arena *a, struct rec *r);
/* GET …/{id} again: the plan and the render of the second question. */
bool rec_shared_plan(struct call *c, struct db_batch *b);
bool rec_shared_render(struct call *c, struct db_batch *b);

#endif
