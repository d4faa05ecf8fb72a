#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/death.h"

static void test_aligned_and_zeroed(void **state)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 4063, 4064, 4065, 100000, 3};
    struct arena *a = arena_new(1 << 20);

    (void)state;
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            unsigned char *p = arena_alloc(a, sizes[i]);

            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t b = 0; b < sizes[i]; b++)
                assert_int_equal(p[b], 0);
            memset(p, 0xAA, sizes[i]);
        }
    arena_free(a);
}

static void test_empty_allocations_differ(void **state)
{
    struct arena *a = arena_new(1024);

    (void)state;
    assert_ptr_not_equal(arena_alloc(a, 0), arena_alloc(a, 0));
    arena_free(a);
}

static void test_copies(void **state)
{
    struct arena *a = arena_new(4096);

    (void)state;
    assert_string_equal(arena_strdup(a, "沱江镇"), "沱江镇");
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(a, "ab", 9), "ab");
    assert_string_equal(arena_strndup(a, "ab", 0), "");
    assert_null(arena_strdup(a, NULL));
    assert_null(arena_strndup(a, NULL, 3));
    assert_string_equal(arena_printf(a, "%s-%04d", "R", 7), "R-0007");
    arena_free(a);
}

static void test_long_printf(void **state)
{
    struct arena *a = arena_new(1 << 20);
    char *s = arena_printf(a, "%*d", 50000, 1);

    (void)state;
    assert_int_equal(strlen(s), 50000);
    assert_int_equal(s[49999], '1');
    arena_free(a);
}

static char order[8];

static void note(void *arg)
{
    strncat(order, arg, 1);
}

static void test_deferred_run_last_first(void **state)
{
    struct arena *a = arena_new(4096);
    char names[] = "ABC";

    (void)state;
    order[0] = '\0';
    for (int i = 0; i < 3; i++)
        arena_defer(a, note, names + i);
    arena_free(a);
    assert_string_equal(order, "CBA");
    arena_free(NULL);
}

static void test_used_counts(void **state)
{
    struct arena *a = arena_new(4096);

    (void)state;
    assert_int_equal(arena_used(a), 0);
    arena_alloc(a, 1);
    arena_alloc(a, 33);
    assert_int_equal(arena_used(a), 16 + 48);
    arena_charge(a, 1000);
    assert_int_equal(arena_used(a), 16 + 48 + 1000);
    arena_free(a);
}

static void pass_ceiling(void *arg)
{
    struct arena *a = arena_new(1000);

    arena_alloc(a, 992);
    arena_alloc(a, (size_t)(uintptr_t)arg);
    arena_free(a);
}

static void test_ceiling(void **state)
{
    struct arena *a = arena_new(1008);

    (void)state;
    arena_alloc(a, 992);
    arena_alloc(a, 16);
    arena_free(a);
    assert_true(aborts(pass_ceiling, (void *)(uintptr_t)1));
    assert_true(aborts(pass_ceiling, (void *)(uintptr_t)SIZE_MAX));
    assert_true(aborts(pass_ceiling, (void *)(uintptr_t)(SIZE_MAX - 16)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned_and_zeroed),
        cmocka_unit_test(test_empty_allocations_differ),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_long_printf),
        cmocka_unit_test(test_deferred_run_last_first),
        cmocka_unit_test(test_used_counts),
        cmocka_unit_test(test_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
