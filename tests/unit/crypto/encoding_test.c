#include "crypto/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/primitive.h"

static void test_hex(void **state)
{
    uint8_t bytes[4] = {0};
    char text[9];
    size_t n = 9;

    (void)state;
    hex_encode("\x00\x0f\xf0\xff", 4, text);
    assert_string_equal(text, "000ff0ff");
    hex_encode("", 0, text);
    assert_string_equal(text, "");
    assert_true(hex_decode("000FF0fF", 8, bytes, 4, &n));
    assert_int_equal(n, 4);
    assert_memory_equal(bytes, "\x00\x0f\xf0\xff", 4);
    assert_true(hex_decode("", 0, bytes, 0, &n));
    assert_int_equal(n, 0);
    assert_false(hex_decode("0", 1, bytes, 4, &n));
    assert_false(hex_decode("0g", 2, bytes, 4, &n));
    assert_false(hex_decode("g0", 2, bytes, 4, &n));
    assert_false(hex_decode("0x", 2, bytes, 4, &n));
    assert_false(hex_decode("0000000000", 10, bytes, 4, &n));
    assert_false(hex_decode("00\0000", 4, bytes, 4, &n));
}

/* RFC 4648 §10 without padding, and the two alphabets' own characters */
static void test_base64(void **state)
{
    static const struct {
        const char *plain, *text;
    } cases[] = {{"", ""},         {"f", "Zg"},         {"fo", "Zm8"},       {"foo", "Zm9v"},
                 {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    char text[16];
    char back[8];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        base64url_encode(cases[i].plain, strlen(cases[i].plain), text);
        assert_string_equal(text, cases[i].text);
        assert_true(base64url_decode(cases[i].text, back, sizeof back, &n));
        assert_int_equal(n, strlen(cases[i].plain));
        assert_memory_equal(back, cases[i].plain, n);
    }
    base64url_encode("\xfb\xff\xbf", 3, text);
    assert_string_equal(text, "-_-_");
    base64_encode(base64_standard, "\xfb\xff\xbf", 3, text);
    assert_string_equal(text, "+/+/");
    assert_false(base64url_decode("+/+/", back, sizeof back, &n));
}

static void test_base64_is_strict(void **state)
{
    static const char *const bad[] = {"Z", "Zm9vY", "Zg==", "Zm9v ", " Zm9v", "Zm 9v", "Zm9v\n",
                                      "Zh",  /* left-over bits set */
                                      "Zm9", /* left-over bits set */
                                      "Zm9*", "江"};
    char back[8];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(base64url_decode(bad[i], back, sizeof back, &n));
    assert_true(base64url_decode("Zm9v", back, 3, &n));
    assert_false(base64url_decode("Zm9v", back, 2, &n));
    assert_false(base64_decode(base64_url, "Zm\0v", 4, back, sizeof back, &n));
}

static void test_round_trips(void **state)
{
    uint8_t bytes[64], back[64];
    char text[4 * ((64 + 2) / 3) + 1], hex[129];
    size_t got;

    (void)state;
    for (size_t n = 0; n <= sizeof bytes; n++) {
        crypto_random(bytes, n);
        base64url_encode(bytes, n, text);
        assert_true(base64url_decode(text, back, n, &got) && got == n);
        assert_memory_equal(bytes, back, n);
        hex_encode(bytes, n, hex);
        assert_true(hex_decode(hex, 2 * n, back, n, &got) && got == n);
        assert_memory_equal(bytes, back, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hex),           cmocka_unit_test(test_base64),
        cmocka_unit_test(test_base64_is_strict), cmocka_unit_test(test_round_trips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
