#include "call/actor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct activation on[] = {{431129100, "elderly"}, {431129101, "children"}};

static void test_scope(void **state)
{
    struct scope county = {431129000000, 431130000000};
    struct scope township = {431129100000, 431129101000};
    struct scope village = {431129100001, 431129100002};

    (void)state;
    assert_true(scope_holds(county, 431129000000));
    assert_true(scope_holds(county, 431129999999));
    assert_false(scope_holds(county, 431130000000));
    assert_false(scope_holds(county, 431128999999));
    assert_true(scope_holds(township, 431129100999));
    assert_false(scope_holds(township, 431129101000));
    assert_true(scope_holds(village, 431129100001));
    assert_false(scope_holds(village, 431129100000));
    assert_false(scope_holds(village, 431129100002));
    assert_false(scope_holds((struct scope){0, 0}, 0));
    assert_true(scope_covers(county, 431129000000));
    assert_true(scope_covers(county, 431129100000));
    assert_true(scope_covers(township, 431129100000));
    assert_true(scope_covers(village, 431129100001));
    assert_false(scope_covers(township, 431129000000));
    assert_false(scope_covers(township, 431129101000));
    assert_false(scope_covers(village, 431129100000));
}

static void test_plugins(void **state)
{
    struct actor a = {.township = 431129100, .activations = on, .nactivations = 2};

    (void)state;
    assert_true(actor_has_plugin(&a, NULL));
    assert_true(actor_has_plugin(&a, "elderly"));
    assert_false(actor_has_plugin(&a, "children"));
    a.township = 0;
    assert_true(actor_has_plugin(&a, "children"));
    assert_true(actor_has_plugin(&a, "governance"));
    a.township = 431129102;
    assert_false(actor_has_plugin(&a, "elderly"));
}

static void test_new_rows(void **state)
{
    struct actor a = {.township = 0, .activations = on, .nactivations = 2};

    (void)state;
    assert_true(actor_plugin_on_at(&a, NULL, 431129000000));
    assert_true(actor_plugin_on_at(&a, "elderly", 431129100005));
    assert_true(actor_plugin_on_at(&a, "elderly", 431129100000));
    assert_false(actor_plugin_on_at(&a, "elderly", 431129101000));
    assert_false(actor_plugin_on_at(&a, "elderly", 431129000000));
    assert_true(actor_plugin_on_at(&a, "children", 431129101999));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scope),
        cmocka_unit_test(test_plugins),
        cmocka_unit_test(test_new_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
