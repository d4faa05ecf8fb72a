/* The second factor: what proves it at a sign-in, and reading what is stored of it. Blocking, on
 * the gate's connection. */
#ifndef WULIAN_IAM_FACTOR_H
#define WULIAN_IAM_FACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "crypto/crypto.h"
#include "db/db.h"

enum { FACTOR_TEXT_MAX = 64 /* of a code as typed */ };
/* Where the seed lies, in hex: what its seal is bound to (tenant/sealed.h). */
#define FACTOR_TABLE "core.second_factor"
#define FACTOR_COLUMN "seed_enc"

struct factor {
    bool begun, confirmed;
    bool opens; /* the seed does, under a key of the county */
    int64_t step;
    uint8_t seed[TOTP_SEED_SHA256];
    size_t seed_n;
};

/* Reads the account's second factor; false when the database cannot be asked. Wipe *out then. */
bool factor_read(struct arena *a, struct db_conn *gate, int county, const char *account,
                 int64_t deadline, struct factor *out);

/* What a code as typed proves, as parameters for the database, which takes it once: the step of a
 * code, else the hash of a recovery code. False when it can be neither. */
struct factor_proof {
    const char *step, *recovery;
};
bool factor_prove(struct arena *a, const struct factor *f, const char *code,
                  struct factor_proof *out);

#endif
