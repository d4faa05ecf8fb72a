/* What the files of this folder share and nobody else includes: the algorithms as OpenSSL knows
 * them, and the primitives below the public functions, so that tests can feed them fixed input. */
#ifndef WULIAN_CRYPTO_PRIMITIVE_H
#define WULIAN_CRYPTO_PRIMITIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "crypto/crypto.h"

enum { NONCE_LEN = 12, TAG_LEN = 16 };

/* Fetched once: OpenSSL 3 looks an algorithm up by name at each use otherwise. Never freed. */
struct suite {
    EVP_MD *sha256;
    EVP_MAC_CTX *hmac; /* with its digest set; duplicated for each use */
    EVP_CIPHER *gcm;
};
const struct suite *suite(void);

/* Aborts unless ok: `what` names the call that failed. */
void crypto_must(bool ok, const char *what);

/* AES-256-GCM. out gets n bytes. The AAD comes in two parts, either may be empty. */
struct gcm_aad {
    const void *head;
    size_t head_n;
    const void *rest;
    size_t rest_n;
};
void gcm_encrypt(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN],
                 const struct gcm_aad *aad, const void *plain, size_t n, uint8_t *out,
                 uint8_t tag[TAG_LEN]);
/* False when the tag does not fit; `out` is then wiped. */
bool gcm_decrypt(const uint8_t key[KEY_LEN], const uint8_t nonce[NONCE_LEN],
                 const struct gcm_aad *aad, const uint8_t *cipher, size_t n,
                 const uint8_t tag[TAG_LEN], void *out);

/* scrypt (RFC 7914) with N = 2^log_n. */
struct scrypt_cost {
    int log_n, r, p;
};
void scrypt_derive(const char *password, const void *salt, size_t salt_n, struct scrypt_cost cost,
                   uint8_t *out, size_t n);

/* Unpadded base64; `alphabet` has 64 characters. Decoding is strict: one text for each value. */
extern const char base64_standard[65], base64_url[65];
void base64_encode(const char *alphabet, const void *p, size_t n, char *out);
bool base64_decode(const char *alphabet, const char *s, size_t n, void *out, size_t cap,
                   size_t *out_n);

#endif
