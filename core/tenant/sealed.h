/* Encrypted columns: sealing, opening, and the proof that a write used the county's newest key.
 * What is sealed in this way, `wulian keys rotate` seals anew. */
#ifndef WULIAN_TENANT_SEALED_H
#define WULIAN_TENANT_SEALED_H

#include "call/call.h"
#include "db/db.h"

/* What a value is bound to: "county|table|column|row". History keeps the ciphertext of the row, so
 * `table` is always the record's own. */
const char *sealed_aad(struct arena *a, int county, const char *table, const char *column,
                       const char *id);
/* Seals under the county's newest data key: a bytea parameter, and the key's id; NULL when the
 * county's keys are not here. */
const char *sealed_text(struct call *c, const char *table, const char *column, const char *id,
                        const char *plain, uint32_t *key);
/* Opens one value; NULL when its key is not here or it was altered or moved. The plain text is the
 * caller's to wipe (crypto_wipe) once it is written. */
char *sealed_open(struct arena *a, int county, const char *table, const char *column,
                  const char *id, const uint8_t *sealed, size_t n);
/* Rows of (purpose, id, wrapped) from core.county_key into the process's ring. One that does not
 * open under the master key is logged. */
void sealed_keys_take(struct arena *a, int county, const struct db_rows *r);
/* Adds the statement that refuses the batch as stale (WL409: keys are fetched anew, the call is
 * repeated once) when data key `key` is no longer the newest; 0: nothing was sealed. Every batch
 * that writes values sealed under a key needs this before the write, but those that seal_add ends:
 * it asks the same. */
void sealed_key_hold(struct call *c, struct db_batch *b, uint32_t key);

#endif
