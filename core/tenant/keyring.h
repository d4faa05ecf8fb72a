/* Keys of counties, unwrapped, in memory only. Any thread. */
#ifndef WULIAN_TENANT_KEYRING_H
#define WULIAN_TENANT_KEYRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"

/* Reads the master key file (64 hex characters) once at start; false and *why otherwise. */
bool keyring_open(const char *master_file, const char **why);
/* Reads a file with such a key without making it this process's; wipe it after use. */
bool keyring_file_read(const char *file, struct seal_key *out, const char **why);
/* Wraps a stored key (KEY_LEN + SEAL_OVERHEAD bytes) under another master key, into as many bytes;
 * false when it does not open under the process's own. */
bool keyring_rewrap(const struct seal_key *to, int county, const char *purpose, uint32_t id,
                    const uint8_t *wrapped, size_t n, uint8_t *out);
bool keyring_has(int county);
/* Unwraps and keeps one row of core.county_key ('data', 'index', 'pseudonym'). False when it does
 * not unwrap under the master key. */
bool keyring_put(int county, const char *purpose, uint32_t id, const uint8_t *wrapped, size_t n);
/* Wraps a key for storage: KEY_LEN + SEAL_OVERHEAD bytes into out. */
void keyring_wrap(int county, const char *purpose, uint32_t id, const uint8_t key[KEY_LEN],
                  uint8_t *out);
/* Newest data key; false when the county's keys are not here. */
bool keyring_data_key(int county, struct seal_key *out);
bool keyring_data_key_by_id(int county, uint32_t id, struct seal_key *out);
bool keyring_index_key(int county, uint8_t out[KEY_LEN]);
/* Key for signing list cursors, derived from the master key: the same in every process. */
void keyring_cursor_key(uint8_t out[KEY_LEN]);
/* Same for the cookies of known devices. */
void keyring_device_key(uint8_t out[KEY_LEN]);

#endif
