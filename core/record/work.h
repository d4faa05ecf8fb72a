/* 诉求的关联业务: what was made from a request in any record that has an `origin`, and where each
 * of it stands. What the caller may not read, or what belongs to a plugin that is off, is left out.
 */
#ifndef WULIAN_RECORD_WORK_H
#define WULIAN_RECORD_WORK_H

#include "call/call.h"

/* Makes the statements, after every record is prepared; false and *why when there are too many
 * records with an origin. */
bool work_build(struct arena *a, const char **why);

/* GET /api/v1/station/requests/{id}/work */
extern const struct op work_ops[];
extern const int work_nops;

#endif
