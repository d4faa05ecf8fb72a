#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/death.h"

static void test_zeroed(void **state)
{
    unsigned char *p = mem_array(100, 7);

    (void)state;
    for (int i = 0; i < 700; i++)
        assert_int_equal(p[i], 0);
    mem_free(p);
}

static void test_empty_is_not_null(void **state)
{
    void *p = mem_alloc(0);
    void *q = mem_realloc(NULL, 0);

    (void)state;
    assert_non_null(p);
    assert_non_null(q);
    mem_free(p);
    mem_free(q);
    mem_free(NULL);
}

static void test_resize_keeps(void **state)
{
    char *p = mem_strdup("江华");

    (void)state;
    p = mem_resize(p, 1000, 10);
    assert_string_equal(p, "江华");
    mem_free(p);
    assert_null(mem_strdup(NULL));
}

static void overflow_array(void *arg)
{
    (void)arg;
    mem_array(SIZE_MAX / 8, 9);
}

static void overflow_resize(void *arg)
{
    (void)arg;
    mem_resize(NULL, SIZE_MAX / 2 + 1, 2);
}

static void test_overflow_aborts(void **state)
{
    (void)state;
    assert_true(aborts(overflow_array, NULL));
    assert_true(aborts(overflow_resize, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed),
        cmocka_unit_test(test_empty_is_not_null),
        cmocka_unit_test(test_resize_keeps),
        cmocka_unit_test(test_overflow_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
