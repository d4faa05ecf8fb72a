#include <assert.h>
#include <limits.h>

#include <openssl/evp.h>

#include "crypto/crypto.h"
#include "crypto/primitive.h"

/* AAD is given to OpenSSL as an update without output. */
static bool add_aad(EVP_CIPHER_CTX *ctx, const void *p, size_t n)
{
    int len;

    assert(n <= INT_MAX);
    return n == 0 || EVP_CipherUpdate(ctx, NULL, &len, p, (int)n) == 1;
}

static EVP_CIPHER_CTX *gcm_begin(const uint8_t *key, const uint8_t *nonce,
                                 const struct gcm_aad *aad, bool encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    crypto_must(ctx && EVP_CipherInit_ex2(ctx, suite()->gcm, key, nonce, encrypt, NULL) == 1 &&
                    add_aad(ctx, aad->head, aad->head_n) && add_aad(ctx, aad->rest, aad->rest_n),
                "AES-256-GCM");
    return ctx;
}

static bool update(EVP_CIPHER_CTX *ctx, const void *in, size_t n, uint8_t *out)
{
    int len = 0;

    assert(n <= INT_MAX);
    return n == 0 || (EVP_CipherUpdate(ctx, out, &len, in, (int)n) == 1 && len == (int)n);
}

void gcm_encrypt(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN],
                 const struct gcm_aad *aad, const void *plain, size_t n, uint8_t *out,
                 uint8_t tag[TAG_LEN])
{
    EVP_CIPHER_CTX *ctx = gcm_begin(key, nonce, aad, true);
    uint8_t rest[TAG_LEN];
    int len = 0;

    crypto_must(update(ctx, plain, n, out) && EVP_CipherFinal_ex(ctx, rest, &len) == 1 &&
                    len == 0 &&
                    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, tag) == 1,
                "AES-256-GCM encryption");
    EVP_CIPHER_CTX_free(ctx);
}

bool gcm_decrypt(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN],
                 const struct gcm_aad *aad, const uint8_t *cipher, size_t n,
                 const uint8_t tag[TAG_LEN], void *out)
{
    EVP_CIPHER_CTX *ctx = gcm_begin(key, nonce, aad, false);
    uint8_t expected[TAG_LEN], rest[TAG_LEN];
    int len = 0;
    bool fits;

    for (int i = 0; i < TAG_LEN; i++)
        expected[i] = tag[i];
    crypto_must(update(ctx, cipher, n, out) &&
                    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, expected) == 1,
                "AES-256-GCM decryption");
    fits = EVP_CipherFinal_ex(ctx, rest, &len) == 1;
    if (!fits)
        crypto_wipe(out, n);
    EVP_CIPHER_CTX_free(ctx);
    return fits;
}
