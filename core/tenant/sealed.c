#include "tenant/sealed.h"

#include <string.h>

#include "base/log.h"
#include "call/bytea.h"
#include "call/lazy.h"
#include "crypto/crypto.h"
#include "tenant/keyring.h"

const char *sealed_aad(struct arena *a, int county, const char *table, const char *column,
                       const char *id)
{
    const char *const parts[] = {arena_int(a, county), "|", table, "|", column, "|", id, NULL};
    return arena_join(a, parts);
}

const char *sealed_text(struct call *c, const char *table, const char *column, const char *id,
                        const char *plain, uint32_t *key)
{
    struct seal_key k;
    size_t n = strlen(plain);
    if (!keyring_data_key(c->county, &k))
        return NULL;
    uint8_t *sealed = arena_alloc(c->arena, n + SEAL_OVERHEAD);
    size_t length = seal(&k, sealed_aad(c->arena, c->county, table, column, id), plain, n, sealed);
    *key = k.id;
    crypto_wipe(&k, sizeof k);
    return bytea_text(c->arena, sealed, length);
}

char *sealed_open(struct arena *a, int county, const char *table, const char *column,
                  const char *id, const uint8_t *sealed, size_t n)
{
    struct seal_key k;
    char *plain = NULL;
    if (!keyring_data_key_by_id(county, seal_key_id(sealed, n), &k))
        return NULL;
    plain = arena_alloc(a, n - SEAL_OVERHEAD + 1);
    if (unseal(&k, sealed_aad(a, county, table, column, id), sealed, n, plain))
        plain[n - SEAL_OVERHEAD] = 0;
    else
        plain = NULL;
    crypto_wipe(&k, sizeof k);
    return plain;
}

void sealed_keys_take(struct arena *a, int county, const struct db_rows *r)
{
    for (int i = 0; i < rows_count(r); i++) {
        size_t n = 0;
        const uint8_t *wrapped = rows_bytes(a, r, i, 2, &n);

        if (!keyring_put(county, rows_text(r, i, 0), (uint32_t)rows_int(r, i, 1), wrapped, n))
            log_line(LOG_ERROR, "county_key", "%d: key %s %d does not open under the master key",
                     county, rows_text(r, i, 0), (int)rows_int(r, i, 1));
    }
}

static struct lazy stmt_hold = {.sql = "select core.data_key_hold($1)"};

void sealed_key_hold(struct call *c, struct db_batch *b, uint32_t key)
{
    const char *p[] = {arena_printf(c->arena, "%u", (unsigned)key)};
    if (key)
        lazy_add(b, &stmt_hold, 1, p);
}
