/* Merging two rows that are the same person or thing: every reference to the one goes to the other,
 * the one is deleted, and all of it is written down, so that it can be undone. */
#ifndef WULIAN_RECORD_MERGE_H
#define WULIAN_RECORD_MERGE_H

#include "record/write.h"

/* SQL, when the record has `alike`; after every record of the process is registered. */
void merge_build(struct arena *a, struct rec *r);

/* POST …/{id}/merge {"into": id}: {id} is the row that goes. POST …/{id}/unmerge brings it back
 * with what was moved and still is where it went. Both answer {"id", "into", "moved":
 * {"station.request.person": 3}}, and ask for a post of the whole county: nobody else sees all that
 * refers to a row. Rows with named readers that the caller is none of keep their reference. */
bool rec_merge_plan(struct call *c, struct db_batch *b);
bool rec_unmerge_plan(struct call *c, struct db_batch *b);
void rec_merge_render(struct call *c, struct db_batch *b);
bool rec_merge_replay_plan(struct call *c, struct db_batch *b);
bool rec_merge_replay_render(struct call *c, struct db_batch *b);
bool rec_merge_refused(struct call *c, struct db_batch *b);

#endif
