#include "iam/fingerprint.h"

#include <string.h>

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
