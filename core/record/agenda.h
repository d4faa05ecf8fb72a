/* The agenda (待办): what is due, of all records with limits (struct wl_limit) at once, in one
 * statement made at load: a branch for each limit, each of which walks its own index (county, due)
 * and stands behind both walls.
 *
 *   GET /api/v1/agenda          whose=me       what the caller has to keep: limits whose `staff` is
 *                                              the caller, or nobody yet and the next step is open
 *                                              to the caller
 *                               whose=station  all of the caller's scope; at the county, of the
 *                                              station named
 *                               whose=county   all of the county
 *                       person=…       what is open about that resident, whoever has to keep it
 *   GET /api/v1/agenda/counts   how many are open and overdue, by station and limit */
#ifndef WULIAN_RECORD_AGENDA_H
#define WULIAN_RECORD_AGENDA_H

#include "record/rec.h"

/* Makes the statements, after every record is prepared; false and *why when they are too long. */
bool agenda_build(struct arena *a, const char **why);
/* As the owner: prepares them, as drift_statements does. */
bool agenda_check(struct arena *a, struct db_conn *owner, const char **why);

extern const struct op agenda_ops[];
extern const int agenda_nops;

#endif
