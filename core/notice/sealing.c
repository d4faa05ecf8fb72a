#include "notice/sealing.h"

#include <string.h>

#include "call/lazy.h"
#include "tenant/keyring.h"

static struct lazy stmt_hold = {.sql = "select core.data_key_hold($1)"};

static const char *bound_to(struct arena *a, int county, const char *table, const char *column,
                            const char *id)
{
    return arena_printf(a, "%d|%s|%s|%s", county, table, column, id);
}

const char *notice_seal(struct call *c, struct db_batch *b, const char *table, const char *column,
                        const char *id, const char *plain)
{
    size_t n = strlen(plain);
    uint8_t *sealed = arena_alloc(c->arena, n + SEAL_OVERHEAD);
    char *out = arena_alloc(c->arena, 2 * (n + SEAL_OVERHEAD) + 3);
    const char *held;
    struct seal_key key;

    if (!keyring_data_key(c->county, &key))
        return NULL;
    n = seal(&key, bound_to(c->arena, c->county, table, column, id), plain, n, sealed);
    held = arena_printf(c->arena, "%u", (unsigned)key.id);
    crypto_wipe(&key, sizeof key);
    lazy_add(b, &stmt_hold, 1, &held);
    memcpy(out, "\\x", 2);
    hex_encode(sealed, n, out + 2);
    return out;
}

char *notice_open(struct arena *a, int county, const char *table, const char *column,
                  const char *id, const uint8_t *sealed, size_t n)
{
    struct seal_key key;
    char *plain = NULL;

    if (!sealed || n < SEAL_OVERHEAD ||
        !keyring_data_key_by_id(county, seal_key_id(sealed, n), &key))
        return NULL;
    plain = arena_alloc(a, n - SEAL_OVERHEAD + 1);
    if (!unseal(&key, bound_to(a, county, table, column, id), sealed, n, plain))
        plain = NULL;
    crypto_wipe(&key, sizeof key);
    return plain;
}
