#include "audit/cursor.h"

#include <string.h>

#include "crypto/crypto.h"
#include "tenant/keyring.h"

enum { MAC_LEN = 16, PLAIN_MAX = 160 };

static void sign(int county, const char *plain, size_t n, struct arena *a, uint8_t mac[SHA256_LEN])
{
    uint8_t key[KEY_LEN];
    const char *text = arena_printf(a, "audit|%d|%.*s", county, (int)n, plain);

    keyring_cursor_key(key);
    hmac_sha256(key, sizeof key, text, strlen(text), mac);
    crypto_wipe(key, sizeof key);
}

const char *audit_cursor(struct arena *a, int county, struct audit_place last)
{
    const char *plain = arena_printf(a, "%s|%s", last.at, last.id);
    size_t n = strlen(plain);
    uint8_t mac[SHA256_LEN];
    char *both = arena_alloc(a, n + MAC_LEN);
    char *out = arena_alloc(a, 4 * ((n + MAC_LEN + 2) / 3) + 1);

    sign(county, plain, n, a, mac);
    memcpy(both, mac, MAC_LEN);
    memcpy(both + MAC_LEN, plain, n);
    base64url_encode(both, n + MAC_LEN, out);
    return out;
}

bool audit_cursor_read(struct arena *a, int county, const char *text, struct audit_place *out)
{
    uint8_t mac[SHA256_LEN];
    char *both = arena_alloc(a, PLAIN_MAX);
    char *bar;
    size_t n;

    if (!base64url_decode(text, both, PLAIN_MAX - 1, &n) || n <= MAC_LEN)
        return false;
    both[n] = '\0';
    sign(county, both + MAC_LEN, n - MAC_LEN, a, mac);
    bar = strchr(both + MAC_LEN, '|');
    if (!crypto_equal(mac, both, MAC_LEN) || !bar)
        return false;
    *bar = '\0';
    *out = (struct audit_place){both + MAC_LEN, bar + 1};
    return true;
}
