#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_grows(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    assert_null(b.p);
    for (int i = 0; i < 10000; i++)
        buf_str(&b, "ab");
    assert_int_equal(b.n, 20000);
    assert_int_equal(strlen(b.p), 20000);
    assert_false(b.over);
    buf_free(&b);
}

static void test_ceiling_is_exact(void **state)
{
    struct buf b;

    (void)state;
    for (size_t max = 0; max < 600; max++) {
        buf_init(&b, max);
        for (size_t i = 0; i < max; i++)
            buf_char(&b, 'x');
        assert_false(b.over);
        assert_int_equal(b.n, max);
        buf_char(&b, 'y');
        assert_true(b.over);
        assert_int_equal(b.n, max);
        buf_free(&b);
    }
}

static void test_over_stays(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4);
    buf_str(&b, "abcde");
    assert_true(b.over);
    buf_str(&b, "a");
    assert_true(b.over);
    assert_int_equal(b.n, 0);
    assert_null(buf_room(&b, 0));
    buf_reset(&b);
    buf_str(&b, "abcd");
    assert_false(b.over);
    assert_string_equal(b.p, "abcd");
    buf_printf(&b, "%d", 1);
    assert_true(b.over);
    assert_string_equal(b.p, "abcd");
    buf_free(&b);
}

static void test_printf_and_room(void **state)
{
    struct buf b;
    char *at;

    (void)state;
    buf_init(&b, 1000);
    buf_printf(&b, "%s=%d;", "n", 42);
    at = buf_room(&b, 500);
    assert_non_null(at);
    memset(at, 'z', 500);
    b.n += 500;
    buf_char(&b, '!');
    assert_int_equal(b.n, 5 + 500 + 1);
    assert_memory_equal(b.p, "n=42;zz", 7);
    assert_int_equal(b.p[505], '!');
    assert_int_equal(b.p[506], '\0');
    assert_null(buf_room(&b, 495));
    buf_free(&b);
}

static void test_take(void **state)
{
    struct buf b;
    size_t n = 9;
    char *p;

    (void)state;
    buf_init(&b, 10);
    assert_null(buf_take(&b, &n));
    assert_int_equal(n, 0);
    buf_add(&b, "a\0b", 3);
    p = buf_take(&b, &n);
    assert_int_equal(n, 3);
    assert_memory_equal(p, "a\0b", 4);
    assert_null(b.p);
    buf_str(&b, "again");
    assert_string_equal(b.p, "again");
    buf_bytes_free(p);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows),       cmocka_unit_test(test_ceiling_is_exact),
        cmocka_unit_test(test_over_stays),  cmocka_unit_test(test_printf_and_room),
        cmocka_unit_test(test_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
