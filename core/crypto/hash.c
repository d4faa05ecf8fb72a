#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include "base/mem.h"
#include "base/str.h"
#include "crypto/crypto.h"
#include "crypto/primitive.h"

static struct suite fetched;

static void suite_fetch(void)
{
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

    fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    fetched.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    fetched.hmac = EVP_MAC_CTX_new(hmac);
    crypto_must(hmac && fetched.sha256 && fetched.gcm && fetched.hmac &&
                    EVP_MAC_CTX_set_params(fetched.hmac, params) == 1,
                "fetch of algorithms");
    EVP_MAC_free(hmac);
}

const struct suite *suite(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, suite_fetch);
    return &fetched;
}

void crypto_must(bool ok, const char *what)
{
    char line[128];

    if (ok)
        return;
    str_format(line, sizeof line, "wulian: cryptographic library failed: %s", what);
    mem_die(line);
}

void crypto_random(void *out, size_t n)
{
    assert(n <= INT_MAX);
    crypto_must(RAND_bytes(out, (int)n) == 1, "random bytes");
}

void sha256(const void *p, size_t n, uint8_t out[SHA256_LEN])
{
    crypto_must(EVP_Digest(p, n, out, NULL, suite()->sha256, NULL) == 1, "SHA-256");
}

/* Only a name: what is behind it is the library's own context. */
struct sha256_run *sha256_begin(void)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    crypto_must(ctx && EVP_DigestInit_ex2(ctx, suite()->sha256, NULL) == 1, "SHA-256");
    return (struct sha256_run *)ctx;
}

void sha256_add(struct sha256_run *r, const void *p, size_t n)
{
    crypto_must(EVP_DigestUpdate((EVP_MD_CTX *)r, p, n) == 1, "SHA-256");
}

void sha256_end(struct sha256_run *r, uint8_t out[SHA256_LEN])
{
    crypto_must(EVP_DigestFinal_ex((EVP_MD_CTX *)r, out, NULL) == 1, "SHA-256");
    EVP_MD_CTX_free((EVP_MD_CTX *)r);
}

void hmac_sha256(const uint8_t *key, size_t key_n, const void *p, size_t n,
                 uint8_t out[SHA256_LEN])
{
    /* its digest is set already: looking that up by name each time is an eighth of the whole */
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_dup(suite()->hmac);
    size_t len = 0;

    crypto_must(ctx && EVP_MAC_init(ctx, key, key_n, NULL) == 1 &&
                    EVP_MAC_update(ctx, p, n) == 1 &&
                    EVP_MAC_final(ctx, out, &len, SHA256_LEN) == 1 && len == SHA256_LEN,
                "HMAC-SHA-256");
    EVP_MAC_CTX_free(ctx);
}

bool crypto_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

void crypto_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}
