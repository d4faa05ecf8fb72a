/* What makes two requests the same request: a repeat under one Idempotency-Key must match it. */
#ifndef WULIAN_CALL_FINGERPRINT_H
#define WULIAN_CALL_FINGERPRINT_H

#include <stdint.h>

#include "call/call.h"

/* SHA-256 over method, path and body, each with its length. */
void call_fingerprint(const struct call *c, uint8_t out[32]);

#endif
