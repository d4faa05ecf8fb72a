#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_compare(void **state)
{
    (void)state;
    assert_true(str_eq(NULL, NULL));
    assert_false(str_eq(NULL, ""));
    assert_false(str_eq("a", NULL));
    assert_true(str_eq("a", "a"));
    assert_false(str_eq("a", "A"));
    assert_true(str_starts("abc", "ab"));
    assert_true(str_starts("abc", ""));
    assert_false(str_starts("a", "ab"));
}

static void test_words(void **state)
{
    const char *at = "  read  write ";
    size_t len;

    (void)state;
    assert_memory_equal(str_word_next(&at, &len), "read", 4);
    assert_int_equal(len, 4);
    assert_memory_equal(str_word_next(&at, &len), "write", 5);
    assert_null(str_word_next(&at, &len));
    assert_null(str_word_next(&at, &len));
    assert_true(str_has_word("a bc d", "bc"));
    assert_false(str_has_word("a bc d", "b"));
    assert_false(str_has_word("a bc d", "bcd"));
    assert_false(str_has_word("a bc d", ""));
    assert_false(str_has_word("", "a"));
}

static void test_int64_text(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-7, "-7"},
        {431129100000, "431129100000"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    char text[INT64_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(int64_text(cases[i].value, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

static void test_hash(void **state)
{
    (void)state;
    assert_true(str_hash("") == UINT64_C(0xcbf29ce484222325));
    assert_true(str_hash("a") == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(str_hash("foobar") == UINT64_C(0x85944171f73967e8));
}

static void test_int64(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"--1", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1e3", false, 0},
        {"0x10", false, 0},
        {"１", false, 0},
    };
    int64_t v;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        v = 0;
        assert_int_equal(str_int64(cases[i].text, &v), cases[i].ok);
        if (cases[i].ok)
            assert_true(v == cases[i].value);
    }
}

static void test_format(void **state)
{
    char out[5];

    (void)state;
    assert_true(str_format(out, sizeof out, "%d", 1234));
    assert_string_equal(out, "1234");
    assert_false(str_format(out, sizeof out, "%d", 12345));
    assert_string_equal(out, "1234");
}

static void test_utf8_valid(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        bool ok;
    } cases[] = {
        {"", 0, true},
        {"abc", 3, true},
        {"\xc2\x80", 2, true},
        {"\xdf\xbf", 2, true},
        {"\xe0\xa0\x80", 3, true},
        {"\xed\x9f\xbf", 3, true},
        {"\xee\x80\x80", 3, true},
        {"\xef\xbf\xbf", 3, true},
        {"\xf0\x90\x80\x80", 4, true},
        {"\xf4\x8f\xbf\xbf", 4, true},
        {"a\0b", 3, false},              /* U+0000 */
        {"\xc0\x80", 2, false},          /* overlong NUL */
        {"\xc1\xbf", 2, false},          /* overlong */
        {"\xe0\x9f\xbf", 3, false},      /* overlong */
        {"\xf0\x8f\xbf\xbf", 4, false},  /* overlong */
        {"\xed\xa0\x80", 3, false},      /* surrogate */
        {"\xed\xbf\xbf", 3, false},      /* surrogate */
        {"\xf4\x90\x80\x80", 4, false},  /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 4, false},
        {"\x80", 1, false},
        {"\xe6\xb1", 2, false},          /* cut short */
        {"\xe6\xb1\x41", 3, false},
        {"\xff", 1, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_valid(cases[i].bytes, cases[i].n), cases[i].ok);
}

static void test_utf8_walk(void **state)
{
    const char *s = "a江𠮷";
    const char *bad = "\xe6\xb1";

    (void)state;
    assert_int_equal(utf8_count(s), 3);
    assert_int_equal(utf8_next(&s), 'a');
    assert_int_equal(utf8_next(&s), 0x6C5F);
    assert_int_equal(utf8_next(&s), 0x20BB7);
    assert_int_equal(utf8_next(&s), 0);
    assert_int_equal(utf8_next(&s), 0);
    assert_int_equal(utf8_next(&bad), 0xFFFD);
    assert_int_equal(utf8_next(&bad), 0xFFFD);
    assert_int_equal(utf8_next(&bad), 0);
}

static void test_percent_decode(void **state)
{
    static const struct {
        const char *src;
        bool plus;
        const char *result; /* NULL: refused */
    } cases[] = {
        {"", false, ""},
        {"abc", false, "abc"},
        {"%E6%B1%9f", false, "江"},
        {"a+b", false, "a+b"},
        {"a+b", true, "a b"},
        {"a%2Bb", true, "a+b"},
        {"%2F", false, "/"},
        {"%00", false, NULL},
        {"%", false, NULL},
        {"%4", false, NULL},
        {"ab%4", false, NULL},
        {"%4g", false, NULL},
        {"% 1", false, NULL},
        {"%ff", false, NULL},
        {"%c0%80", false, NULL},
        {"%E6%B1", false, NULL},
    };
    char out[16];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = strlen(cases[i].src);
        bool ok = percent_decode(cases[i].src, n, out, sizeof out, cases[i].plus);

        assert_int_equal(ok, cases[i].result != NULL);
        if (ok)
            assert_string_equal(out, cases[i].result);
    }
}

static void test_percent_decode_room(void **state)
{
    char out[4];

    (void)state;
    assert_true(percent_decode("abc", 3, out, 4, false));
    assert_false(percent_decode("abcd", 4, out, 4, false));
    assert_true(percent_decode("%61%62%63", 9, out, 4, false));
    assert_string_equal(out, "abc");
    assert_false(percent_decode("", 0, out, 0, false));
    assert_true(percent_decode("a%41", 1, out, 4, false));
    assert_string_equal(out, "a");
    assert_false(percent_decode("a%41", 3, out, 4, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),        cmocka_unit_test(test_words),
        cmocka_unit_test(test_int64),          cmocka_unit_test(test_format),
        cmocka_unit_test(test_int64_text),     cmocka_unit_test(test_hash),
        cmocka_unit_test(test_utf8_valid),     cmocka_unit_test(test_utf8_walk),
        cmocka_unit_test(test_percent_decode), cmocka_unit_test(test_percent_decode_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
