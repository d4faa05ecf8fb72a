#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/str.h"
#include "crypto/crypto.h"
#include "crypto/primitive.h"

enum { DIGITS_MAX = 8, AROUND = 1 /* steps before and after, RFC 6238 5.2 */ };

void hotp(const uint8_t *seed, size_t n, uint64_t counter, int digits, char *out)
{
    static const uint32_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    const char *digest = n == TOTP_SEED_SHA256 ? "SHA256" : "SHA1";
    uint8_t text[8], mac[EVP_MAX_MD_SIZE];
    const uint8_t *at = mac;
    size_t mac_n = 0;
    uint32_t value;

    assert(digits > 0 && digits <= DIGITS_MAX);
    for (int i = 0; i < 8; i++)
        text[i] = (uint8_t)(counter >> (56 - 8 * i));
    crypto_must(EVP_Q_mac(NULL, "HMAC", NULL, digest, NULL, seed, n, text, sizeof text, mac,
                          sizeof mac, &mac_n) != NULL,
                "HMAC of a one-time password");
    at += mac[mac_n - 1] & 15;
    value = ((uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) %
            power[digits];
    str_format(out, (size_t)digits + 1, "%0*u", digits, (unsigned)value);
}

int64_t totp_step(const uint8_t *seed, size_t n, int64_t unix_s, int64_t last, const char *code)
{
    int64_t now = unix_s / TOTP_SECONDS;
    int64_t found = 0;

    if (strlen(code) != TOTP_DIGITS)
        return 0;
    for (int64_t step = now - AROUND; step <= now + AROUND; step++) {
        char right[TOTP_DIGITS + 1];

        hotp(seed, n, (uint64_t)step, TOTP_DIGITS, right);
        if (crypto_equal(right, code, TOTP_DIGITS) && step > last && !found)
            found = step;
    }
    return found;
}
