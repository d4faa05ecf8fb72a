/* Cryptography: the only folder that includes OpenSSL. Every failure of the library itself (never
 * of input) aborts the process: nothing here may be half done. */
#ifndef WULIAN_CRYPTO_CRYPTO_H
#define WULIAN_CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_LEN = 32, KEY_LEN = 32, INDEX_LEN = 16, TOKEN_SECRET_TEXT = 44 };

/* Known-answer tests of every primitive; false (and a log line) when one fails: refuse to start. */
bool crypto_self_test(void);

void crypto_random(void *out, size_t n);
void sha256(const void *p, size_t n, uint8_t out[SHA256_LEN]);
/* The same over what comes in parts; sha256_end frees the run. */
struct sha256_run;
struct sha256_run *sha256_begin(void);
void sha256_add(struct sha256_run *r, const void *p, size_t n);
void sha256_end(struct sha256_run *r, uint8_t out[SHA256_LEN]);
void hmac_sha256(const uint8_t *key, size_t key_n, const void *p, size_t n,
                 uint8_t out[SHA256_LEN]);
bool crypto_equal(const void *a, const void *b, size_t n); /* constant time */
void crypto_wipe(void *p, size_t n);

/* Hex and unpadded base64url. Outputs are NUL-terminated; decode returns false on bad input. */
void hex_encode(const void *p, size_t n, char *out); /* 2n+1 bytes */
bool hex_decode(const char *s, size_t n, void *out, size_t cap, size_t *out_n);
void base32_encode(const void *p, size_t n, char *out); /* 8*((n+4)/5)+1 bytes, unpadded */
void base64url_encode(const void *p, size_t n, char *out); /* 4*((n+2)/3)+1 bytes are enough */
bool base64url_decode(const char *s, void *out, size_t cap, size_t *out_n);

/* Encrypted field: ver(1) suite(1) key_id(4) nonce(12) ciphertext tag(16), suite 1 = AES-256-GCM.
 * `aad` binds the value to its place: "county|table|column|row". */
enum { SEAL_OVERHEAD = 34 };
struct seal_key {
    uint32_t id;
    uint8_t key[KEY_LEN];
};
size_t seal(const struct seal_key *k, const char *aad, const void *plain, size_t n, uint8_t *out);
/* The key id in a sealed value; 0 when it is too short or of an unknown version or suite. */
uint32_t seal_key_id(const uint8_t *sealed, size_t n);
/* False when the value was altered, moved or sealed with another key. plain gets n - SEAL_OVERHEAD
 * bytes. */
bool unseal(const struct seal_key *k, const char *aad, const uint8_t *sealed, size_t n,
            void *plain);

/* Blind index: first 16 bytes of HMAC-SHA-256(index key, value); the value is normalised before. */
void blind_index(const uint8_t key[KEY_LEN], const char *value, uint8_t out[INDEX_LEN]);

/* Until when the certificates of a PEM file are good, the first of them that ends: seconds since
 * 1970. False when there is none to read. */
bool certificate_end(const char *file, int64_t *end);

/* Signatures. The suite says by which algorithms: 1 is Ed25519 with SHA-256; 2 is kept for SM2 with
 * SM3 (GM/T 0003, GM/T 0004). A key's id is the start of its public half's SHA-256. */
enum sign_suite { SIGN_ED25519 = 1 };
enum { SIGN_PUBLIC_LEN = 32, SIGNATURE_LEN = 64, SIGN_ID_LEN = 8 };
struct sign_public {
    int suite;
    uint8_t id[SIGN_ID_LEN];
    uint8_t bytes[SIGN_PUBLIC_LEN];
};
struct sign_key {
    struct sign_public public;
    uint8_t secret[KEY_LEN];
};
/* The Ed25519 key of 32 secret bytes (RFC 8032, 5.1.5). */
void sign_key_of(struct sign_key *out, const uint8_t secret[KEY_LEN]);
void sign_public_of(struct sign_public *out, int suite, const uint8_t bytes[SIGN_PUBLIC_LEN]);
void sign_bytes(const struct sign_key *k, const void *p, size_t n, uint8_t out[SIGNATURE_LEN]);
/* False for what was not signed with that key, and for a suite that is not known. */
bool sign_check(const struct sign_public *k, const void *p, size_t n,
                const uint8_t signature[SIGNATURE_LEN]);

/* Password hash as PHC string "$scrypt$ln=15,r=8,p=1$salt$hash" (N = 2^ln). Slow and memory-hungry
 * by design (128·N·r bytes): run it only on the sign-in threads. */
enum { PHC_TEXT = 160 };
void password_hash(const char *password, int log_n, char out[PHC_TEXT]);
/* False for a wrong password, after at least the work of a hash of log_n (0: where the time tells
 * nothing), and for a malformed PHC string. *stale when parameters are weaker than log_n (rehash
 * now). */
bool password_verify(const char *password, const char *phc, int log_n, bool *stale);

/* One-time passwords (RFC 4226, 6238). The length of the seed says the hash, as the RFCs pair them:
 * 20 bytes HMAC-SHA-1, which every telephone's authenticator knows, 32 bytes HMAC-SHA-256. */
enum { TOTP_SEED_SHA1 = 20, TOTP_SEED_SHA256 = 32, TOTP_SECONDS = 30, TOTP_DIGITS = 6 };
/* The code of a counter: `digits` (at most 8) decimal digits and a NUL. */
void hotp(const uint8_t *seed, size_t n, uint64_t counter, int digits, char *out);
/* The step of 30 s whose code this is: that of `unix_s`, the one before or the one after, and later
 * than `last`; 0 when there is none. */
int64_t totp_step(const uint8_t *seed, size_t n, int64_t unix_s, int64_t last, const char *code);

/* 32 random bytes as 43 base64url characters. */
void token_secret(char out[TOKEN_SECRET_TEXT]);
/* One-time activation code: 24 characters of an alphabet without look-alikes in groups of four
 * ("ABCD-EFGH-…", 29 with hyphens), ≥ 112 bits. */
enum { ACTIVATION_TEXT = 30 };
void activation_code(char out[ACTIVATION_TEXT]);

#endif
