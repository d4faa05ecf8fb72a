/* Secrets of channels and people's numbers at rest: sealed with the county's data key, bound to
 * their row as encrypted fields of records are, so that `wulian keys rotate` moves them too. */
#ifndef WULIAN_NOTICE_SEALING_H
#define WULIAN_NOTICE_SEALING_H

#include "call/call.h"

/* A bytea parameter, with the statement in the batch that holds the key it was sealed under; NULL
 * when the county's keys are not here. */
const char *notice_seal(struct call *c, struct db_batch *b, const char *table, const char *column,
                        const char *id, const char *plain);
/* NULL when its key is not here, or it was altered or moved. Wipe it after use. */
char *notice_open(struct arena *a, int county, const char *table, const char *column,
                  const char *id, const uint8_t *sealed, size_t n);

#endif
