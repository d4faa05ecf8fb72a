/* The seals of a county as they stand in the file outside the database, read beside an export. They
 * are nearly in order there: two sealers may have written at the same time. */
#ifndef WULIAN_AUDIT_WITNESS_H
#define WULIAN_AUDIT_WITNESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "crypto/crypto.h"

enum { WITNESS_AHEAD = 64 };

struct witness {
    FILE *file; /* NULL: there is none, and it agrees with everything */
    int n;
    struct {
        int64_t seal, sealed_at;
        uint8_t hash[SHA256_LEN];
    } ahead[WITNESS_AHEAD];
    const char *why; /* set when what was asked is answered with false */
};

void witness_open(struct witness *w, FILE *file);
/* Whether the file has no other seal of this number. Ask in order of the numbers. */
bool witness_agrees(struct witness *w, int64_t seal, const uint8_t hash[SHA256_LEN]);
/* Whether it has no seal after the last one asked about, but such as were made after `until`. */
bool witness_ends(struct witness *w, int64_t last, int64_t until);

#endif
