/* The copy of each county's seals outside the database: DIR/<county>.ndjson, a line of ledger_seal
 * for each, appended and on the disk before the next is made. Without it whoever owns the database
 * could write the whole log anew. */
#ifndef WULIAN_AUDIT_OUTSIDE_H
#define WULIAN_AUDIT_OUTSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"

struct arena;

struct outside_head {
    int64_t seal; /* 0: the file has none, or is not there */
    uint8_t hash[SHA256_LEN];
};

/* The newest seal in the county's file; false with *why (in the arena) when it cannot be known. */
bool outside_head(struct arena *a, const char *dir, const char *county, struct outside_head *out,
                  const char **why);
/* Appends a seal and waits for the disk. Only the first seal begins a file: a later one is refused
 * where there is none, which was taken away or emptied. False with *why in the arena. */
bool outside_append(struct arena *a, const char *dir, const char *const *seal, const char **why);
/* Whether a line was cut short by a full disk or a power cut: its seal is in the database and was
 * written again, or never was. */
bool outside_torn(const char *line, size_t n);
/* Puts the county's file aside as <county>.ndjson.<n>, if there is one; never removes. */
bool outside_aside(struct arena *a, const char *dir, const char *county, int n, const char **why);

#endif
