#include "record/cursor.h"

#include <string.h>

#include "base/arena.h"
#include "base/uuid.h"
#include "crypto/crypto.h"
#include "tenant/keyring.h"

enum { MAC_LEN = 12, CURSOR_MAX = 512 };

static void cursor_mac(struct arena *a, const char *about, const char *payload, size_t n,
                       uint8_t mac[SHA256_LEN])
{
    uint8_t key[KEY_LEN];
    size_t about_n = strlen(about);
    char *all = arena_alloc(a, about_n + 1 + n);
    memcpy(all, about, about_n + 1);
    memcpy(all + about_n + 1, payload, n);
    keyring_cursor_key(key);
    hmac_sha256(key, sizeof key, all, about_n + 1 + n, mac);
    crypto_wipe(key, sizeof key);
}

/* mac(12) id(36) sort(rest), base64url */
const char *cursor_make(struct arena *a, const char *about, const char *sort, const char *id)
{
    uint8_t mac[SHA256_LEN];
    char *payload = arena_printf(a, "%s%s", id, sort);
    size_t n = strlen(payload);
    if (n > CURSOR_MAX)
        n = CURSOR_MAX;
    cursor_mac(a, about, payload, n, mac);
    char *raw = arena_alloc(a, MAC_LEN + n);
    memcpy(raw, mac, MAC_LEN);
    memcpy(raw + MAC_LEN, payload, n);
    char *out = arena_alloc(a, 4 * ((MAC_LEN + n + 2) / 3) + 1);
    base64url_encode(raw, MAC_LEN + n, out);
    return out;
}

bool cursor_read(struct arena *a, const char *cursor, const char *about, const char **sort,
                 const char **id)
{
    uint8_t mac[SHA256_LEN], raw[MAC_LEN + CURSOR_MAX + 8];
    size_t n, id_n = UUID_TEXT - 1;
    if (strlen(cursor) > 4 * (sizeof raw / 3) || !base64url_decode(cursor, raw, sizeof raw, &n) ||
        n < MAC_LEN + id_n)
        return false;
    const char *payload = (const char *)raw + MAC_LEN;
    cursor_mac(a, about, payload, n - MAC_LEN, mac);
    if (!crypto_equal(mac, raw, MAC_LEN))
        return false;
    *id = arena_strndup(a, payload, id_n);
    *sort = arena_strndup(a, payload + id_n, n - MAC_LEN - id_n);
    return true;
}
