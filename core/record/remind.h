/* Reminders of limits (struct wl_limit: staff, before, remind): some time before a limit runs out
 * whoever has to keep it is told, and when it has run out whoever `remind` names, each once. The
 * jobs process looks every minute, as the county's own account, at the rows whose limit came near
 * or passed since it looked last, and at those that were written since: an index range, not a
 * table. What it told is known by the notice's id, made of row, limit and due time. */
#ifndef WULIAN_RECORD_REMIND_H
#define WULIAN_RECORD_REMIND_H

#include "record/chore_run.h"

/* Makes the statements of every limit that reminds anybody, after every record is prepared; false
 * and *why. */
bool reminders_build(struct arena *a, const char **why);
/* As the owner: prepares them, as drift_statements does. */
bool reminders_check(struct arena *a, struct db_conn *owner, const char **why);
/* One look at every county. False when something failed, which is logged. */
bool reminders_run(const struct chore_host *h);
/* Forgets the sessions it keeps; they run out by themselves. */
void reminders_end(void);

#endif
