#include "iam/device.h"

#include <string.h>

#include "base/str.h"
#include "crypto/crypto.h"
#include "tenant/keyring.h"

/* "wl-device-<8 hex of the login's hash>=<number>.<proof>": several people share a browser. */
enum { NUMBER_LEN = 16, NUMBER_TEXT = 22, PROOF_TEXT = 43, MARK_BYTES = 4, BASE64_ROOM = 48 };

static const char *login_text(struct call *c, const struct login *login)
{
    return arena_printf(c->arena, "%s@%d", login->name, login->county);
}

static const char *cookie_name(struct call *c, const char *login)
{
    uint8_t hash[SHA256_LEN];
    char hex[2 * MARK_BYTES + 1];

    sha256(login, strlen(login), hash);
    hex_encode(hash, MARK_BYTES, hex);
    return arena_printf(c->arena, "wl-device-%s=", hex);
}

static void proof_of(struct call *c, const char *login, const char *number, char out[BASE64_ROOM])
{
    const char *text = arena_printf(c->arena, "%s\n%s", login, number);
    uint8_t key[KEY_LEN], mac[SHA256_LEN];

    keyring_device_key(key);
    hmac_sha256(key, sizeof key, text, strlen(text), mac);
    base64url_encode(mac, sizeof mac, out);
    crypto_wipe(key, sizeof key);
}

const char *device_known(struct call *c, const struct login *login)
{
    const char *name = login_text(c, login);
    const char *cookie = cookie_name(c, name);
    const char *at = c->cookies ? strstr(c->cookies, cookie) : NULL;
    char proof[BASE64_ROOM];
    const char *number;

    at = at ? at + strlen(cookie) : "";
    if (strlen(at) < NUMBER_TEXT + 1 + PROOF_TEXT || at[NUMBER_TEXT] != '.')
        return NULL;
    number = arena_strndup(c->arena, at, NUMBER_TEXT);
    proof_of(c, name, number, proof);
    return crypto_equal(proof, at + NUMBER_TEXT + 1, PROOF_TEXT) ? number : NULL;
}

void device_give(struct call *c, const struct login *login)
{
    const char *name = login_text(c, login);
    uint8_t random[NUMBER_LEN];
    char number[BASE64_ROOM], proof[BASE64_ROOM];

    crypto_random(random, sizeof random);
    base64url_encode(random, sizeof random, number);
    proof_of(c, name, number, proof);
    c->reply.device = arena_printf(c->arena, "%s%s.%s", cookie_name(c, name), number, proof);
}
