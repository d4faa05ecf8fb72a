#include <assert.h>
#include <string.h>

#include "crypto/crypto.h"
#include "crypto/primitive.h"

/* ver(1) suite(1) key_id(4) nonce(12) ciphertext tag(16); the first three are authenticated too. */
enum { VERSION = 1, SUITE_AES_256_GCM = 1, HEAD_LEN = 6 };
_Static_assert(HEAD_LEN + NONCE_LEN + TAG_LEN == SEAL_OVERHEAD, "layout of a sealed value");

static struct gcm_aad place(const uint8_t *head, const char *aad)
{
    return (struct gcm_aad){head, HEAD_LEN, aad, strlen(aad)};
}

size_t seal(const struct seal_key *k, const char *aad, const void *plain, size_t n, uint8_t *out)
{
    uint8_t *nonce = out + HEAD_LEN;
    uint8_t *cipher = nonce + NONCE_LEN;
    struct gcm_aad bound = place(out, aad);

    assert(k->id != 0);
    out[0] = VERSION;
    out[1] = SUITE_AES_256_GCM;
    for (int i = 0; i < 4; i++)
        out[2 + i] = (uint8_t)(k->id >> (24 - 8 * i));
    crypto_random(nonce, NONCE_LEN);
    gcm_encrypt(k->key, nonce, &bound, plain, n, cipher, cipher + n);
    return n + SEAL_OVERHEAD;
}

uint32_t seal_key_id(const uint8_t *sealed, size_t n)
{
    uint32_t id = 0;

    if (n < SEAL_OVERHEAD || sealed[0] != VERSION || sealed[1] != SUITE_AES_256_GCM)
        return 0;
    for (int i = 0; i < 4; i++)
        id = id << 8 | sealed[2 + i];
    return id;
}

bool unseal(const struct seal_key *k, const char *aad, const uint8_t *sealed, size_t n,
            void *plain)
{
    uint32_t id = seal_key_id(sealed, n);
    struct gcm_aad bound = place(sealed, aad);

    if (id == 0 || id != k->id)
        return false;
    return gcm_decrypt(k->key, sealed + HEAD_LEN, &bound, sealed + HEAD_LEN + NONCE_LEN,
                       n - SEAL_OVERHEAD, sealed + n - TAG_LEN, plain);
}

void blind_index(const uint8_t key[KEY_LEN], const char *value, uint8_t out[INDEX_LEN])
{
    uint8_t full[SHA256_LEN];

    hmac_sha256(key, KEY_LEN, value, strlen(value), full);
    memcpy(out, full, INDEX_LEN);
}
