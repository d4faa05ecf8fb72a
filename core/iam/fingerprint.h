/* What a repeat is compared with: the same Idempotency-Key with another fingerprint is refused. */
#ifndef WULIAN_IAM_FINGERPRINT_H
#define WULIAN_IAM_FINGERPRINT_H

#include "call/call.h"
#include "crypto/crypto.h"

/* SHA-256 over method, path and body, each but the last ended by a NUL. */
void call_fingerprint(const struct call *c, uint8_t out[SHA256_LEN]);

/* The client's key, or the call's own id: every write can be recognised after a lost commit. */
const char *idem_key(const struct call *c);
/* The fingerprint as core.idem keeps it: a bytea parameter, in the call's arena. */
const char *fingerprint_text(struct call *c);

#endif
