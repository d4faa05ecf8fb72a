#include "json/jw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/death.h"

static struct buf out;
static struct jw w;

static int begin(void **state)
{
    (void)state;
    buf_init(&out, 1 << 20);
    jw_init(&w, &out);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buf_free(&out);
    return 0;
}

static void test_nesting(void **state)
{
    (void)state;
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; i < 2; i++) {
        jw_object(&w);
        jw_kv_int(&w, "n", i);
        jw_key(&w, "empty");
        jw_array(&w);
        jw_end(&w, ']');
        jw_key(&w, "none");
        jw_object(&w);
        jw_end(&w, '}');
        jw_end(&w, '}');
    }
    jw_end(&w, ']');
    jw_key_made(&w, &(struct jw_name)JW_NAME("next"));
    jw_null(&w);
    jw_kv_bool(&w, "a", true);
    jw_kv_bool(&w, "b", false);
    jw_kv_text(&w, "c", NULL);
    jw_kv_text(&w, "d", "");
    jw_key(&w, "e");
    jw_raw(&w, "[1,2]", 5);
    jw_end(&w, '}');
    assert_string_equal(out.p, "{\"items\":[{\"n\":0,\"empty\":[],\"none\":{}},"
                               "{\"n\":1,\"empty\":[],\"none\":{}}],\"next\":null,\"a\":true,"
                               "\"b\":false,\"c\":null,\"d\":\"\",\"e\":[1,2]}");
}

static void test_integers(void **state)
{
    (void)state;
    jw_array(&w);
    jw_int(&w, 0);
    jw_int(&w, -1);
    jw_int(&w, 431129100000);
    jw_int(&w, INT64_MAX);
    jw_int(&w, INT64_MIN);
    jw_end(&w, ']');
    assert_string_equal(out.p,
                        "[0,-1,431129100000,9223372036854775807,-9223372036854775808]");
}

static void test_escapes(void **state)
{
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"江华 𠮷", "\"江华 𠮷\""},
        {"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
        {"\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\""},
        {"\x01\x0b\x1f\x7f", "\"\\u0001\\u000b\\u001f\x7f\""},
        {"\u2027\u2028\u2029\u202a", "\"\u2027\\u2028\\u2029\u202a\""},
        {"x\u2028", "\"x\\u2028\""},
        {"\xe2", "\"\xe2\""},
        {"\xe2\x80", "\"\xe2\x80\""},
        {"\xe2\x80\"", "\"\xe2\x80\\\"\""},
        {"", "\"\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&out);
        jw_text(&w, cases[i].text);
        assert_string_equal(out.p, cases[i].json);
    }
    buf_reset(&out);
    jw_text_n(&w, "a\0b", 3);
    assert_string_equal(out.p, "\"a\\u0000b\"");
    buf_reset(&out);
    jw_object(&w);
    jw_key(&w, "k\"\n");
    jw_int(&w, 1);
    jw_end(&w, '}');
    assert_string_equal(out.p, "{\"k\\\"\\n\":1}");
}

static void test_all_bytes(void **state)
{
    char text[2] = "";

    (void)state;
    for (int c = 1; c < 0x80; c++) {
        bool plain = c >= 0x20 && c != '"' && c != '\\';

        text[0] = (char)c;
        buf_reset(&out);
        jw_text(&w, text);
        assert_int_equal(out.n == 3, plain);
    }
}

/* One odd byte at every place of every short text: the eight-at-a-time look misses none. */
static void test_every_place(void **state)
{
    static const char odd[] = "\"\\\x01\x1f";
    char text[40];

    (void)state;
    for (size_t n = 1; n < sizeof text; n++)
        for (size_t at = 0; at < n; at++)
            for (const char *c = odd; *c; c++) {
                memset(text, at % 2 ? 'x' : '!', n);
                text[at] = *c;
                buf_reset(&out);
                jw_text_n(&w, text, n);
                assert_int_equal(out.n, n + 2 + (*c < 0x20 ? 5 : 1));
                assert_int_equal(out.p[1 + at], '\\');
            }
}

static void test_deepest(void **state)
{
    (void)state;
    for (int i = 0; i < JW_DEPTH; i++)
        jw_array(&w);
    jw_int(&w, 1);
    jw_int(&w, 2);
    for (int i = 0; i < JW_DEPTH; i++)
        jw_end(&w, ']');
    assert_int_equal(out.n, 2 * JW_DEPTH + 3);
    assert_memory_equal(out.p + JW_DEPTH, "1,2", 3);
}

static void test_ceiling(void **state)
{
    struct buf small;
    struct jw s;

    (void)state;
    buf_init(&small, 10);
    jw_init(&s, &small);
    jw_text(&s, "12345678");
    assert_false(small.over);
    assert_string_equal(small.p, "\"12345678\"");
    jw_int(&s, 1);
    assert_true(small.over);
    buf_free(&small);
}

static void value_without_key(void *arg)
{
    (void)arg;
    jw_object(&w);
    jw_int(&w, 1);
}

static void key_in_array(void *arg)
{
    (void)arg;
    jw_array(&w);
    jw_key(&w, "a");
}

static void two_keys(void *arg)
{
    (void)arg;
    jw_object(&w);
    jw_key(&w, "a");
    jw_key(&w, "b");
}

static void key_then_end(void *arg)
{
    (void)arg;
    jw_object(&w);
    jw_key(&w, "a");
    jw_end(&w, '}');
}

static void wrong_end(void *arg)
{
    (void)arg;
    jw_object(&w);
    jw_end(&w, ']');
}

static void end_too_many(void *arg)
{
    (void)arg;
    jw_end(&w, ']');
}

static void too_deep(void *arg)
{
    (void)arg;
    for (int i = 0; i <= JW_DEPTH; i++)
        jw_array(&w);
}

static void test_misuse(void **state)
{
    static void (*const misuses[])(void *) = {value_without_key, key_in_array, two_keys,
                                              key_then_end,      wrong_end,    end_too_many,
                                              too_deep};

    (void)state;
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++)
        assert_true(aborts(misuses[i], NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nesting, begin, end),
        cmocka_unit_test_setup_teardown(test_integers, begin, end),
        cmocka_unit_test_setup_teardown(test_escapes, begin, end),
        cmocka_unit_test_setup_teardown(test_all_bytes, begin, end),
        cmocka_unit_test_setup_teardown(test_every_place, begin, end),
        cmocka_unit_test_setup_teardown(test_deepest, begin, end),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test_setup_teardown(test_misuse, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
