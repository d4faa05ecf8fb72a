#include "crypto/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_token_secret(void **state)
{
    char a[TOKEN_SECRET_TEXT], b[TOKEN_SECRET_TEXT];
    uint8_t bytes[32];
    size_t n;

    (void)state;
    token_secret(a);
    token_secret(b);
    assert_int_equal(strlen(a), 43);
    assert_true(base64url_decode(a, bytes, sizeof bytes, &n));
    assert_int_equal(n, 32);
    assert_string_not_equal(a, b);
}

static void test_activation_code(void **state)
{
    static const char alphabet[] = "ACDEFGHJKMNPQRTUVWXY23456789";
    int seen[128] = {0};
    char code[ACTIVATION_TEXT], last[ACTIVATION_TEXT] = "";

    (void)state;
    for (int round = 0; round < 1000; round++) {
        activation_code(code);
        assert_int_equal(strlen(code), 29);
        assert_string_not_equal(code, last);
        memcpy(last, code, sizeof last);
        for (int i = 0; i < 29; i++) {
            if (i % 5 == 4)
                assert_int_equal(code[i], '-');
            else
                assert_non_null(strchr(alphabet, code[i]));
            seen[(int)code[i]]++;
        }
    }
    /* 24,000 characters, 857 of each expected; 29 is one standard deviation */
    for (const char *c = alphabet; *c; c++)
        assert_in_range(seen[(int)*c], 567, 1147);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token_secret),
        cmocka_unit_test(test_activation_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
