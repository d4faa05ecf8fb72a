/* Looking back: GET …/{id}?as_of=<RFC 3339>, the version that was valid then; SQL of histories. */
#ifndef WULIAN_RECORD_AS_OF_H
#define WULIAN_RECORD_AS_OF_H

#include "record/record.h"

void as_of_build(struct arena *a, struct rec *r);
/* SQL of GET …/{id}/history: a page of versions, the newest first. */
void histories_build(struct arena *a, struct rec *r);
/* For a call that gave as_of; 400 when it is no instant of the past. */
bool as_of_plan(struct call *c, struct db_batch *b);
/* The version, without ETag, `_actions` and `_overdue`, which are about now; 404 when the row did
 * not exist then or was deleted then. */
void as_of_render(struct call *c, const struct db_rows *rows);

#endif
