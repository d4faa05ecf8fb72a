#include <string.h>

#include "base/log.h"
#include "crypto/crypto.h"
#include "crypto/primitive.h"

/* Bytes of a constant hex text. */
static size_t bytes(const char *hex, uint8_t *out, size_t cap)
{
    size_t n = 0;

    return hex_decode(hex, strlen(hex), out, cap, &n) ? n : 0;
}

static bool same(const uint8_t *got, const char *hex)
{
    uint8_t expected[64];
    size_t n = bytes(hex, expected, sizeof expected);

    return n > 0 && memcmp(got, expected, n) == 0;
}

/* FIPS 180-2, appendix B.1 */
static bool test_sha256(void)
{
    uint8_t got[SHA256_LEN];

    sha256("abc", 3, got);
    return same(got, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test case 2 */
static bool test_hmac(void)
{
    uint8_t got[SHA256_LEN];

    hmac_sha256((const uint8_t *)"Jefe", 4, "what do ya want for nothing?", 28, got);
    return same(got, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* The GCM specification of McGrew and Viega, test case 16 */
static bool test_gcm(void)
{
    uint8_t key[KEY_LEN], nonce[NONCE_LEN], plain[64], aad[32], cipher[64], tag[TAG_LEN], back[64];
    size_t n = bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                     plain, sizeof plain);
    struct gcm_aad bound = {aad, 8, aad + 8, 12};
    bool right;

    bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", key, sizeof key);
    bytes("cafebabefacedbaddecaf888", nonce, sizeof nonce);
    bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2", aad, sizeof aad);
    gcm_encrypt(key, nonce, &bound, plain, n, cipher, tag);
    right = same(cipher, "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                         "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662") &&
            same(tag, "76fc6ece0f4e1768cddf8853bb2d551b") &&
            gcm_decrypt(key, nonce, &bound, cipher, n, tag, back) && memcmp(back, plain, n) == 0;
    tag[0] ^= 1;
    return right && !gcm_decrypt(key, nonce, &bound, cipher, n, tag, back);
}

/* RFC 7914 §12, first vector */
static bool test_scrypt(void)
{
    uint8_t got[64];

    scrypt_derive("", "", 0, (struct scrypt_cost){4, 1, 1}, got, sizeof got);
    return same(got, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                     "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
}

/* RFC 8032 §7.1, test 2 */
static bool test_ed25519(void)
{
    uint8_t secret[KEY_LEN], signature[SIGNATURE_LEN];
    struct sign_key k;

    bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", secret,
          sizeof secret);
    sign_key_of(&k, secret);
    sign_bytes(&k, "r", 1, signature);
    return same(k.public.bytes,
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c") &&
           same(signature, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                           "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00") &&
           sign_check(&k.public, "r", 1, signature) && !sign_check(&k.public, "s", 1, signature);
}

static bool test_random(void)
{
    uint8_t a[32] = {0}, b[32] = {0};

    crypto_random(a, sizeof a);
    crypto_random(b, sizeof b);
    return memcmp(a, b, sizeof a) != 0;
}

bool crypto_self_test(void)
{
    static const struct {
        const char *name;
        bool (*passes)(void);
    } tests[] = {
        {"SHA-256", test_sha256}, {"HMAC-SHA-256", test_hmac}, {"AES-256-GCM", test_gcm},
        {"scrypt", test_scrypt},  {"Ed25519", test_ed25519}, {"random", test_random},
    };
    bool all = true;

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (tests[i].passes())
            continue;
        log_line(LOG_ERROR, "crypto_self_test", "%s gives a wrong answer", tests[i].name);
        all = false;
    }
    return all;
}
