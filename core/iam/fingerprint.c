#include "iam/fingerprint.h"

#include <string.h>

void call_fingerprint(const struct call *c, uint8_t out[SHA256_LEN])
{
    struct buf b;

    sha256(c->body ? c->body : "", c->body_n, out);
    buf_init(&b, CALL_BODY_MAX);
    buf_add(&b, c->method, strlen(c->method) + 1);
    buf_add(&b, c->path, strlen(c->path) + 1);
    buf_add(&b, out, SHA256_LEN);
    sha256(b.p, b.n, out);
    buf_free(&b);
}
