#include "crypto/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const char digits[] = "12345678901234567890123456789012";

static const uint8_t *seed(void)
{
    return (const uint8_t *)digits;
}

/* RFC 4226, appendix D */
static void test_hotp(void **state)
{
    static const char *const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                        "254676", "287922", "162583", "399871", "520489"};
    char out[9];

    (void)state;
    for (uint64_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        hotp(seed(), TOTP_SEED_SHA1, i, 6, out);
        assert_string_equal(out, codes[i]);
    }
}

/* RFC 6238, appendix B: eight digits, SHA-1 and SHA-256 */
static void test_totp(void **state)
{
    static const struct {
        int64_t at;
        const char *sha1, *sha256;
    } rows[] = {
        {59, "94287082", "46119246"},          {1111111109, "07081804", "68084774"},
        {1111111111, "14050471", "67062674"},  {1234567890, "89005924", "91819424"},
        {2000000000, "69279037", "90698825"},  {20000000000, "65353130", "77737706"},
    };
    char out[9];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        hotp(seed(), TOTP_SEED_SHA1, (uint64_t)rows[i].at / TOTP_SECONDS, 8, out);
        assert_string_equal(out, rows[i].sha1);
        hotp(seed(), TOTP_SEED_SHA256, (uint64_t)rows[i].at / TOTP_SECONDS, 8, out);
        assert_string_equal(out, rows[i].sha256);
    }
}

/* "287082" is the code of step 1: good from step 0 to step 2, once. */
static void test_step(void **state)
{
    static const struct {
        int64_t at, last;
        const char *code;
        int64_t step;
    } rows[] = {
        {30, 0, "287082", 1}, {0, 0, "287082", 1},   {89, 0, "287082", 1},  {90, 0, "287082", 0},
        {59, 1, "287082", 0}, {59, 5, "287082", 0},  {59, 0, "287083", 0},  {59, 0, "28708", 0},
        {59, 0, "2870820", 0}, {59, 0, "", 0},       {59, 0, "94287082", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(totp_step(seed(), TOTP_SEED_SHA1, rows[i].at, rows[i].last, rows[i].code),
                         rows[i].step);
}

/* RFC 4648, 10, without its padding */
static void test_base32(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "MY"},
        {"fo", "MZXQ"},
        {"foo", "MZXW6"},
        {"foob", "MZXW6YQ"},
        {"fooba", "MZXW6YTB"},
        {"foobar", "MZXW6YTBOI"},
    };
    char out[32];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        base32_encode(rows[i][0], strlen(rows[i][0]), out);
        assert_string_equal(out, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hotp),
        cmocka_unit_test(test_totp),
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_base32),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
