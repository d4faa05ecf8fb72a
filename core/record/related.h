/* What belongs to a row (关联记录): GET …/{id}/related says of every record whose rows name this one
 * how many of them the caller may see, and which are the newest. Of a resident it is everything
 * about one person, across plugins.
 *
 * One statement made at load, a branch for each reference with WL_FILTER, since an index leads
 * from the row to those that name it; other references say nothing of themselves here. Each branch
 * stands behind both walls, with the right to read its own record and its plugin on. */
#ifndef WULIAN_RECORD_RELATED_H
#define WULIAN_RECORD_RELATED_H

#include "record/rec.h"

enum {
    RELATED_MAX = 100, /* counted; past it `more` is said */
    RELATED_NEWEST = 5 /* shown of each */
};

/* After every record is prepared: the statement of what names rows of r, and REC_RELATED where
 * there is anything; false and *why when it is too long. */
bool related_build(struct arena *a, struct rec *r, const char **why);
/* As the owner: prepares it, as drift_statements does. */
bool related_check(struct arena *a, struct db_conn *owner, const struct rec *r, const char **why);

bool rec_related_plan(struct call *c, struct db_batch *b);
void rec_related_render(struct call *c, struct db_batch *b);

#endif
