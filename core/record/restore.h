/* Deleted rows: for how long they can be restored, and what a refused restore means. */
#ifndef WULIAN_RECORD_RESTORE_H
#define WULIAN_RECORD_RESTORE_H

#include "record/record.h"

/* Fault of a description's verb restore and retention_days; NULL when there is none. */
const char *retention_fault(const struct rec *r);
/* SQL of the verb; nothing when the record has it not. */
void restore_build(struct arena *a, struct rec *r);
/* Why a restore wrote nothing, from the row as it was (restore_before): not deleted, or deleted too
 * long ago. True with the reply set. */
bool restore_refused(struct call *c, const struct db_rows *before);
/* Tells the database how long each record of the process keeps deleted rows, for the purge. */
bool retention_publish(struct arena *a, struct db_conn *owner, const char **why);

#endif
