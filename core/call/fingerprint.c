#include "call/fingerprint.h"

#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"

void call_fingerprint(const struct call *c, uint8_t out[32])
{
    uint8_t body[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    sha256(c->body ? c->body : "", c->body_n, body);
    hex_encode(body, sizeof body, hex);
    const char *text = arena_printf(c->arena, "%s\n%zu\n%s\n%s", c->method, strlen(c->path), c->path,
                                    hex);
    sha256(text, strlen(text), out);
}
