#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/meter.h"
#include "base/str.h"
#include "crypto/crypto.h"
#include "crypto/primitive.h"

enum {
    SALT_LEN = 16,
    HASH_LEN = 32,
    BLOCK_R = 8,
    PARALLEL_P = 1,
    LOG_N_MAX = 20, /* 1 GiB at r = 8 */
    R_MAX = 16,
    P_MAX = 16,
    PART_MAX = 64 /* bytes of salt or hash in a PHC string */
};

struct phc {
    struct scrypt_cost cost;
    uint8_t salt[PART_MAX], hash[PART_MAX];
    size_t salt_n, hash_n;
};

/* What takes the time, in blocks mixed twice. */
static int64_t work_of(struct scrypt_cost cost)
{
    return (INT64_C(1) << cost.log_n) * cost.r * cost.p;
}

void scrypt_derive(const char *password, const void *salt, size_t salt_n, struct scrypt_cost cost,
                   uint8_t *out, size_t n)
{
    uint64_t big_n = UINT64_C(1) << cost.log_n;
    uint64_t r = (uint64_t)cost.r;
    uint64_t p = (uint64_t)cost.p;
    /* OpenSSL's own bound, 32 MiB unless said, would refuse N = 2^15 */
    uint64_t memory = 128 * r * (big_n + 2 + p);

    meter_add(meter_named("wulian_password_hashes_total"), 1);
    meter_add(meter_named("wulian_password_work_total"), work_of(cost));
    crypto_must(EVP_PBE_scrypt(password, strlen(password), salt, salt_n, big_n, r, p, memory, out,
                               n) == 1,
                "scrypt");
}

void password_hash(const char *password, int log_n, char out[PHC_TEXT])
{
    struct scrypt_cost cost = {log_n, BLOCK_R, PARALLEL_P};
    uint8_t salt[SALT_LEN], hash[HASH_LEN];
    char salt_text[SALT_LEN * 2], hash_text[HASH_LEN * 2];
    bool fits;

    assert(log_n >= 1 && log_n <= LOG_N_MAX);
    crypto_random(salt, sizeof salt);
    scrypt_derive(password, salt, sizeof salt, cost, hash, sizeof hash);
    base64_encode(base64_standard, salt, sizeof salt, salt_text);
    base64_encode(base64_standard, hash, sizeof hash, hash_text);
    fits = str_format(out, PHC_TEXT, "$scrypt$ln=%d,r=%d,p=%d$%s$%s", log_n, BLOCK_R, PARALLEL_P,
                      salt_text, hash_text);
    assert(fits);
    (void)fits;
    crypto_wipe(hash, sizeof hash);
}

static bool skip(const char **s, const char *expected)
{
    if (!str_starts(*s, expected))
        return false;
    *s += strlen(expected);
    return true;
}

/* A number from 1 to max, without leading zeros. */
static bool number(const char **s, int max, int *out)
{
    int value = 0;

    if (**s == '0')
        return false;
    for (; **s >= '0' && **s <= '9'; (*s)++) {
        value = value * 10 + (**s - '0');
        if (value > max)
            return false;
    }
    *out = value;
    return value > 0;
}

/* One base64 part up to the next $ or the end; moves behind it. */
static bool part(const char **s, uint8_t out[PART_MAX], size_t *n)
{
    size_t len = strcspn(*s, "$");

    if (len == 0 || !base64_decode(base64_standard, *s, len, out, PART_MAX, n))
        return false;
    *s += len;
    return true;
}

static bool phc_parse(const char *s, struct phc *out)
{
    return skip(&s, "$scrypt$ln=") && number(&s, LOG_N_MAX, &out->cost.log_n) && skip(&s, ",r=") &&
           number(&s, R_MAX, &out->cost.r) && skip(&s, ",p=") && number(&s, P_MAX, &out->cost.p) &&
           skip(&s, "$") && part(&s, out->salt, &out->salt_n) && skip(&s, "$") &&
           part(&s, out->hash, &out->hash_n) && *s == '\0' && out->hash_n >= 16;
}

static bool weaker(const struct phc *phc, int log_n)
{
    return phc->cost.log_n < log_n || phc->cost.r < BLOCK_R || phc->salt_n < SALT_LEN ||
           phc->hash_n < HASH_LEN;
}

/* Works on until all is done that a hash of today costs: how soon a wrong password is refused does
 * not tell that there is an account from the time before N was raised. */
static void work_rest(const char *password, const struct phc *phc, int log_n)
{
    int64_t left = work_of((struct scrypt_cost){log_n, BLOCK_R, PARALLEL_P}) - work_of(phc->cost);
    uint8_t hash[HASH_LEN];

    for (int n = log_n - 1; n > 0; n--) {
        struct scrypt_cost step = {n, BLOCK_R, PARALLEL_P};

        if (work_of(step) > left)
            continue;
        scrypt_derive(password, phc->salt, phc->salt_n, step, hash, sizeof hash);
        left -= work_of(step);
    }
    crypto_wipe(hash, sizeof hash);
}

bool password_verify(const char *password, const char *phc, int log_n, bool *stale)
{
    struct phc parsed;
    uint8_t hash[PART_MAX];
    bool right;

    *stale = false;
    if (!phc_parse(phc, &parsed))
        return false;
    scrypt_derive(password, parsed.salt, parsed.salt_n, parsed.cost, hash, parsed.hash_n);
    right = crypto_equal(hash, parsed.hash, parsed.hash_n);
    *stale = right && weaker(&parsed, log_n);
    if (!right)
        work_rest(password, &parsed, log_n);
    crypto_wipe(hash, sizeof hash);
    return right;
}
