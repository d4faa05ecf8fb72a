/* Settings of a plugin as a county administrator gives them, and township codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "call/call.h"
#include "tenant/activation.h"

static const struct wl_setting settings[] = {
    {.name = "days", .type = WL_INTEGER, .min = 1, .max = 30, .value = "3"},
    {.name = "subsidy_fen", .type = WL_MONEY, .value = "200"},
    {.name = "hot_meals", .type = WL_BOOL, .value = "true"},
    {.name = "window", .type = WL_TEXT, .max = 5, .value = "11:00"},
};
static const struct wl_plugin meals = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "meals",
    .settings = WL_ROWS(settings),
};
static const struct wl_plugin *const catalog[] = {&meals};

/* The stored text, or the pointers of the faults one behind the other. */
static void given(const char *json, const char *stored, const char *pointers)
{
    struct call *c = call_new(1000000);
    struct jv_fault fault;
    char got[200] = "";
    const struct jv *v = json ? jv_parse(c->arena, json, strlen(json), &fault) : NULL;
    const char *text = activation_settings(c, &meals, v);

    for (int i = 0; i < c->nfaults; i++)
        strncat(got, c->faults[i].pointer, sizeof got - strlen(got) - 1);
    assert_string_equal(got, pointers);
    if (stored)
        assert_string_equal(text, stored);
    else
        assert_null(text);
    call_free(c);
}

static void values(void **state)
{
    (void)state;
    given(NULL, NULL, "");
    given("null", NULL, "");
    given("{}", "{}", "");
    given("{\"window\":\"12:30\",\"days\":30,\"hot_meals\":false,\"subsidy_fen\":0}",
          "{\"days\":30,\"hot_meals\":false,\"subsidy_fen\":0,\"window\":\"12:30\"}", "");
    given("[]", NULL, "/settings");
    given("{\"days\":0}", NULL, "/settings/days");
    given("{\"days\":31,\"hot_meals\":1}", NULL, "/settings/days/settings/hot_meals");
    given("{\"days\":\"3\"}", NULL, "/settings/days");
    given("{\"subsidy_fen\":1.5}", NULL, "/settings/subsidy_fen");
    given("{\"window\":\"11:00:00\"}", NULL, "/settings/window");
    given("{\"window\":\"十一点整吧\"}", "{\"window\":\"十一点整吧\"}", "");
    given("{\"colour\":\"red\"}", NULL, "/settings/colour");
}

static void townships(void **state)
{
    (void)state;
    assert_int_equal(activation_township("431129100"), 431129100);
    assert_int_equal(activation_township("431129100000"), 431129100);
    assert_int_equal(activation_township("431129100010"), 0); /* a village */
    assert_int_equal(activation_township("431129000"), 0);    /* the county */
    assert_int_equal(activation_township("431129"), 0);
    assert_int_equal(activation_township("43112910x"), 0);
    assert_int_equal(activation_township("-31129100"), 0);
    assert_int_equal(activation_township(""), 0);
}

static void the_catalog(void **state)
{
    struct wl_setting s;

    (void)state;
    assert_ptr_equal(activation_plugin("meals"), &meals);
    assert_null(activation_plugin("meal"));
    assert_true(activation_setting(&meals, 3, &s));
    assert_string_equal(s.name, "window");
    assert_false(activation_setting(&meals, 4, &s));
}

/* A plugin built when the row had no basis yet. */
static void older_rows(void **state)
{
    struct older {
        const char *name;
        uint32_t type;
    };
    static const struct older rows[] = {{"a", WL_BOOL}, {"b", WL_TEXT}};
    const struct wl_plugin old = {.settings = WL_ROWS(rows)};
    struct wl_setting s;

    (void)state;
    assert_true(activation_setting(&old, 1, &s));
    assert_string_equal(s.name, "b");
    assert_int_equal(s.type, WL_TEXT);
    assert_null(s.basis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(townships),
        cmocka_unit_test(the_catalog),
        cmocka_unit_test(older_rows),
    };

    activation_set_catalog(catalog, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
