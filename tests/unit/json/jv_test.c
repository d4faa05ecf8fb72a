#include "json/jv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static struct arena *arena;
static struct jv_fault fault;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(64 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* Parses a copy of exactly n bytes on the heap, so that reading past them is seen. */
static const struct jv *parse_n(const char *text, size_t n)
{
    char *exact = malloc(n ? n : 1);
    const struct jv *v;

    assert_non_null(exact);
    memcpy(exact, text, n);
    v = jv_parse(arena, exact, n, &fault);
    free(exact);
    return v;
}

static const struct jv *parse(const char *text)
{
    return parse_n(text, strlen(text));
}

static void test_types(void **state)
{
    const struct jv *v = parse(" {\"n\":null,\"t\":true,\"f\":false,\"i\":-7,\"r\":1.5,"
                               "\"s\":\"\\u6c5f\\ud842\\udfb7\",\"a\":[1,\"x\"],\"o\":{}} ");
    bool b = true;
    int64_t i = 0;

    (void)state;
    assert_non_null(v);
    assert_int_equal(jv_type(v), JV_OBJECT);
    assert_int_equal(jv_count(v), 8);
    assert_int_equal(jv_type(jv_get(v, "n")), JV_NULL);
    assert_int_equal(jv_type(jv_get(v, "r")), JV_REAL);
    assert_int_equal(jv_type(jv_get(v, "zz")), JV_NONE);
    assert_true(jv_bool(jv_get(v, "f"), &b) && !b);
    assert_true(jv_bool(jv_get(v, "t"), &b) && b);
    assert_true(jv_int(jv_get(v, "i"), &i) && i == -7);
    assert_string_equal(jv_text(jv_get(v, "s")), "江𠮷");
    assert_int_equal(jv_count(jv_get(v, "a")), 2);
    assert_string_equal(jv_text(jv_at(jv_get(v, "a"), 1)), "x");
    assert_null(jv_at(jv_get(v, "a"), 2));
    assert_int_equal(jv_count(jv_get(v, "o")), 0);
}

/* Nothing there, or of another type: never a crash, never a value. */
static void test_absent(void **state)
{
    const struct jv *text = parse("\"x\"");
    int64_t i;
    bool b;
    const char *key;
    const struct jv *value;
    void *at = NULL;

    (void)state;
    assert_null(jv_get(NULL, "a"));
    assert_null(jv_get(text, "a"));
    assert_null(jv_text(NULL));
    assert_null(jv_at(NULL, 0));
    assert_null(jv_at(text, 0));
    assert_int_equal(jv_count(NULL), 0);
    assert_int_equal(jv_count(text), 0);
    assert_int_equal(jv_type(NULL), JV_NONE);
    assert_false(jv_int(NULL, &i) || jv_int(text, &i));
    assert_false(jv_bool(NULL, &b) || jv_bool(text, &b));
    assert_false(jv_member(NULL, &at, &key, &value));
    assert_false(jv_member(text, &at, &key, &value));
}

static void test_integers(void **state)
{
    static const struct {
        const char *text;
        enum jv_type type;
        bool ok;
    } cases[] = {
        {"9007199254740991", JV_INT, true},   {"-9007199254740991", JV_INT, true},
        {"9007199254740992", JV_INT, false},  {"-9007199254740992", JV_INT, false},
        {"431129195508200022", JV_INT, false}, {"9223372036854775807", JV_INT, false},
        {"1.0", JV_REAL, false},              {"1e2", JV_REAL, false},
        {"-0", JV_INT, true},                 {"9223372036854775808", JV_NONE, false},
        {"1e400", JV_NONE, false},            {"01", JV_NONE, false},
        {"+1", JV_NONE, false},               {"1.", JV_NONE, false},
        {".5", JV_NONE, false},               {"0x1", JV_NONE, false},
        {"NaN", JV_NONE, false},              {"Infinity", JV_NONE, false},
    };
    int64_t i;

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const struct jv *v = parse(cases[c].text);

        assert_int_equal(jv_type(v), cases[c].type);
        assert_int_equal(jv_int(v, &i), cases[c].ok);
    }
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "the text ends too early"},
        {"{\"a\":1", "the text ends too early"},
        {"\"abc", "the text ends too early"},
        {"{\"a\":1}{", "something stands behind the value"},
        {"{\"a\":1} x", "something stands behind the value"},
        {"{\"a\":1,\"a\":2}", "a key stands twice in one object"},
        {"{\"a\":1,\"\\u0061\":2}", "a key stands twice in one object"},
        {"{\"x\":{\"a\":1,\"a\":1}}", "a key stands twice in one object"},
        {"\"a\\u0000b\"", "U+0000 is not allowed"},
        {"{\"a\\u0000b\":1}", "U+0000 is not allowed"},
        {"\"\xff\"", "not valid UTF-8"},
        {"\"\xc0\x80\"", "not valid UTF-8"},
        {"\"\xed\xa0\x80\"", "not valid UTF-8"},
        {"\"\\ud800\"", "not valid JSON"},
        {"\"\\udc00x\"", "not valid JSON"},
        {"\xef\xbb\xbf{}", "not valid JSON"},
        {"{\"a\":1,}", "not valid JSON"},
        {"[1,]", "not valid JSON"},
        {"{a:1}", "not valid JSON"},
        {"{'a':1}", "not valid JSON"},
        {"// x\n1", "not valid JSON"},
        {"\"a\nb\"", "not valid JSON"},
        {"]", "not valid JSON"},
        {"99999999999999999999", "a number is too large"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(parse(cases[i].text));
        if (strcmp(fault.text, cases[i].says) != 0)
            fail_msg("%s: %s", cases[i].text, fault.text);
        assert_true(fault.line >= 1);
    }
}

static void test_raw_nul(void **state)
{
    (void)state;
    assert_null(parse_n("1\0", 2));
    assert_string_equal(fault.text, "U+0000 is not allowed");
    assert_null(parse_n("{}\0{}", 5));
    assert_null(parse_n("\"a\0b\"", 5));
    assert_null(parse_n("\0", 1));
    assert_null(parse_n("{\"a\0\":1}", 8));
    assert_non_null(parse_n("1\0", 1));
}

static void test_fault_never_echoes(void **state)
{
    (void)state;
    assert_null(parse("{\"id_number\": 43112919550820002X}"));
    assert_null(strstr(fault.text, "4311"));
    assert_int_equal(fault.line, 1);
    assert_null(parse("{\n \"名\": 1,\n  x}"));
    assert_int_equal(fault.line, 3);
    assert_int_equal(fault.column, 3);
}

static const struct jv *nested(int depth, char open, const char *inner, char close)
{
    char text[512];
    int n = 0;

    for (int i = 0; i < depth; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, open == '{' ? "{\"k\":" : "[");
    n += snprintf(text + n, sizeof text - (size_t)n, "%s", inner);
    for (int i = 0; i < depth; i++)
        text[n++] = close;
    return parse_n(text, (size_t)n);
}

static void test_depth(void **state)
{
    (void)state;
    assert_non_null(nested(32, '[', "1", ']'));
    assert_null(nested(33, '[', "1", ']'));
    assert_string_equal(fault.text, "nested deeper than 32 levels");
    assert_int_equal(fault.line, 1);
    assert_int_equal(fault.column, 33);
    assert_non_null(nested(32, '{', "1", '}'));
    assert_null(nested(33, '{', "1", '}'));
    /* brackets in text, also behind escaped quotes, do not count */
    assert_non_null(nested(32, '[', "\"[[[[{{{{\\\"[[[[\"", ']'));
    assert_non_null(nested(32, '[', "\"\\\\\"", ']'));
    assert_null(nested(32, '[', "\"\\\\\",[1]", ']'));
    /* siblings are not levels */
    assert_non_null(parse("[[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],"
                          "[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1]]"));
}

static void test_number_of_values(void **state)
{
    static char text[2 * JV_VALUES_MAX + 8];
    size_t n = 0;

    (void)state;
    text[n++] = '[';
    for (int i = 0; i < JV_VALUES_MAX - 1; i++) {
        text[n++] = '1';
        text[n++] = ',';
    }
    text[n - 1] = ']';
    assert_non_null(parse_n(text, n));
    text[n - 1] = ',';
    text[n++] = '1';
    text[n++] = ']';
    assert_null(parse_n(text, n));
    assert_string_equal(fault.text, "more than 65536 values");
}

static void test_members_in_order(void **state)
{
    const struct jv *v = parse("{\"z\":1,\"a\":2,\"m\":3,\"b\":4}");
    char keys[8] = "";
    const char *key;
    const struct jv *value;
    void *at = NULL;

    (void)state;
    while (jv_member(v, &at, &key, &value)) {
        assert_int_equal(jv_type(value), JV_INT);
        strncat(keys, key, 1);
    }
    assert_string_equal(keys, "zamb");
    assert_false(jv_member(v, &at, &key, &value));
    at = NULL;
    assert_false(jv_member(parse("{}"), &at, &key, &value));
}

static void test_dump(void **state)
{
    static const struct {
        const char *text, *dump;
    } cases[] = {
        {" { \"b\" : [ 1 , {} , [] ] , \"a\" : \"x\\u6c5f\\n\" } ",
         "{\"a\":\"x江\\n\",\"b\":[1,{},[]]}"},
        {"{\"b\":1,\"a\":{\"d\":null,\"c\":true}}", "{\"a\":{\"c\":true,\"d\":null},\"b\":1}"},
        {"0.1", "0.1"},
        {"1.0", "1.0"},
        {"-0.0", "-0.0"},
        {"1e3", "1000.0"},
        {"1E+20", "1e+20"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        {"5e-324", "4.94065645841247e-324"},
        {"9223372036854775807", "9223372036854775807"},
        {"-0", "0"},
        {"false", "false"},
        {"\"\"", "\"\""},
        {"null", "null"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *once = jv_dump(arena, parse(cases[i].text));

        assert_string_equal(once, cases[i].dump);
        /* canonical: dumping what was dumped changes nothing */
        assert_string_equal(jv_dump(arena, parse(once)), once);
    }
    assert_string_equal(jv_dump(arena, NULL), "null");
    assert_non_null(jv_dump(arena, nested(32, '{', "1", '}')));
}

/* Random bytes of the JSON alphabet: accepted or refused, never read past the end. */
static void test_noise(void **state)
{
    static const char alphabet[] = "{}[]\",:\\u0019ae-.tf nlrs\xe6\xb1\x9f\n";
    char text[64];
    unsigned seed = 431129;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t n = 0;
        const struct jv *v;

        seed = seed * 1103515245 + 12345;
        for (size_t want = seed >> 16 & 63; n < want; n++) {
            seed = seed * 1103515245 + 12345;
            text[n] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        v = parse_n(text, n);
        if (v)
            assert_non_null(jv_dump(arena, v));
        else
            assert_non_null(fault.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_types, begin, end),
        cmocka_unit_test_setup_teardown(test_absent, begin, end),
        cmocka_unit_test_setup_teardown(test_integers, begin, end),
        cmocka_unit_test_setup_teardown(test_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_raw_nul, begin, end),
        cmocka_unit_test_setup_teardown(test_fault_never_echoes, begin, end),
        cmocka_unit_test_setup_teardown(test_depth, begin, end),
        cmocka_unit_test_setup_teardown(test_number_of_values, begin, end),
        cmocka_unit_test_setup_teardown(test_members_in_order, begin, end),
        cmocka_unit_test_setup_teardown(test_dump, begin, end),
        cmocka_unit_test_setup_teardown(test_noise, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
