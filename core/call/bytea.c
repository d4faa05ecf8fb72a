#include "call/bytea.h"

#include "base/arena.h"
#include "crypto/crypto.h"

char *bytea_text(struct arena *a, const void *p, size_t n)
{
    char *out = arena_alloc(a, 2 * n + 3);

    out[0] = '\\';
    out[1] = 'x';
    hex_encode(p, n, out + 2);
    return out;
}
