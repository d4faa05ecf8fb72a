#include "iam/fingerprint.h"

#include <string.h>

#include "call/bytea.h"

void call_fingerprint(const struct call *c, uint8_t out[SHA256_LEN])
{
    struct buf b;

    /* neither method nor path holds a NUL, so no two requests make one text */
    buf_init(&b, 2 * CALL_BODY_MAX);
    buf_add(&b, c->method, strlen(c->method) + 1);
    buf_add(&b, c->path, strlen(c->path) + 1);
    buf_add(&b, c->body ? c->body : "", c->body_n);
    sha256(b.p, b.n, out);
    buf_free(&b);
}

const char *idem_key(const struct call *c)
{
    return c->idempotency_key && !c->dry_run ? c->idempotency_key : c->id;
}

const char *fingerprint_text(struct call *c)
{
    uint8_t hash[SHA256_LEN];

    call_fingerprint(c, hash);
    return bytea_text(c->arena, hash, sizeof hash);
}
