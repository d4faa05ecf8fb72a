#include <string.h>

#include "crypto/crypto.h"
#include "crypto/primitive.h"

void sign_public_of(struct sign_public *out, int suite, const uint8_t bytes[SIGN_PUBLIC_LEN])
{
    uint8_t sum[SHA256_LEN];

    out->suite = suite;
    memcpy(out->bytes, bytes, SIGN_PUBLIC_LEN);
    sha256(bytes, SIGN_PUBLIC_LEN, sum);
    memcpy(out->id, sum, SIGN_ID_LEN);
}

static EVP_PKEY *secret_half(const uint8_t secret[KEY_LEN])
{
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, KEY_LEN);

    crypto_must(key != NULL, "Ed25519 key");
    return key;
}

void sign_key_of(struct sign_key *out, const uint8_t secret[KEY_LEN])
{
    EVP_PKEY *key = secret_half(secret);
    uint8_t bytes[SIGN_PUBLIC_LEN];
    size_t n = sizeof bytes;

    crypto_must(EVP_PKEY_get_raw_public_key(key, bytes, &n) == 1 && n == sizeof bytes,
                "Ed25519 public key");
    EVP_PKEY_free(key);
    sign_public_of(&out->public, SIGN_ED25519, bytes);
    memcpy(out->secret, secret, KEY_LEN);
}

void sign_bytes(const struct sign_key *k, const void *p, size_t n, uint8_t out[SIGNATURE_LEN])
{
    EVP_PKEY *key = secret_half(k->secret);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t len = SIGNATURE_LEN;

    crypto_must(ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
                    EVP_DigestSign(ctx, out, &len, p, n) == 1 && len == SIGNATURE_LEN,
                "Ed25519 signature");
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
}

bool sign_check(const struct sign_public *k, const void *p, size_t n,
                const uint8_t signature[SIGNATURE_LEN])
{
    EVP_PKEY *key = NULL;
    EVP_MD_CTX *ctx = NULL;
    bool good = false;

    if (k->suite == SIGN_ED25519)
        key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k->bytes, SIGN_PUBLIC_LEN);
    if (key) {
        ctx = EVP_MD_CTX_new();
        crypto_must(ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1, "Ed25519 check");
        good = EVP_DigestVerify(ctx, signature, SIGNATURE_LEN, p, n) == 1;
    }
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good;
}
