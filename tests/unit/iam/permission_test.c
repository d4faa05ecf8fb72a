/* The matrix of the domain book 3.7 in code, and what may be declared beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "call/call.h"
#include "iam/permission.h"

static int core_declare(void **state)
{
    const char *why = "";

    (void)state;
    return permission_declare_core(&why) ? 0 : -1;
}

static void matrix_says_what_the_book_says(void **state)
{
    static const struct {
        const char *role, *permission;
        bool held;
    } cells[] = {
        {"county_section", "resident.read", true},
        {"county_section", "resident.update", false},
        {"township_officer", "resident.create", true},
        {"agency_supervisor", "resident.masked", true},
        {"agency_supervisor", "resident.read", false},
        {"volunteer", "resident.masked", false},
        {"hotline_operator", "resident.create", true},
        {"hotline_operator", "resident.read", false},
        {"hotline_operator", "request.close", true},
        {"hotline_operator", "request.accept", true},
        {"hotline_operator", "request.assign", false},
        {"station_head", "request.assign", true},
        {"station_head", "request.create", false},
        {"social_worker", "request.finish", true},
        {"social_worker", "request.close", false},
        {"social_worker", "request.callback", false},
        {"room_worker", "request.create", true},
        {"room_worker", "request.update", false},
        {"county_admin", "request.read", true},
        {"county_admin", "request.close", false},
        {"county_admin", "activation.switch", true},
        {"county_admin", "report.accept", true},
        {"county_admin", "account.create", false},
        {"station_head", "report.submit", true},
        {"station_head", "report.accept", false},
        {"sys_admin", "account.create", true},
        {"sys_admin", "account.approve", false},
        {"sec_admin", "account.approve", true},
        {"sec_admin", "account.create", false},
        {"audit_admin", "audit.read", true},
        {"sys_admin", "audit.read", false},
        {"county_admin", "audit.read", false},
        {"audit_admin", "division.read", true},
        {"resident", "division.read", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        if (permission_held(cells[i].role, cells[i].permission) != cells[i].held)
            fail_msg("%s %s should be %d", cells[i].role, cells[i].permission, cells[i].held);
    assert_false(permission_held("no_such_role", "division.read"));
    assert_false(permission_held(NULL, "division.read"));
    assert_false(permission_held("sys_admin", NULL));
}

/* 三员分立: whatever is added to the table, no administrator reaches business data. Notices are those
 * of their own post. */
static void administrators_hold_no_business(void **state)
{
    static const char allowed[] = "account post org_unit audit division me notice";
    const char *owner, *role, *permission;
    int at = 0;
    int seen = 0;

    (void)state;
    while (permission_next(&at, &owner, &role, &permission)) {
        char object[64];

        assert_non_null(role_find(role));
        if (!role_is_administrator(role_find(role)))
            continue;
        str_format(object, sizeof object, "%.*s", (int)strcspn(permission, "."), permission);
        if (!str_has_word(allowed, object))
            fail_msg("%s holds %s", role, permission);
        seen++;
    }
    assert_true(seen > 8);
}

static void walk_gives_each_once(void **state)
{
    const char *owner, *role, *permission, *last_role = "", *last = "";
    int at = 0;

    (void)state;
    while (permission_next(&at, &owner, &role, &permission)) {
        int order = strcmp(last_role, role);

        assert_true(order < 0 || (order == 0 && strcmp(last, permission) < 0));
        last_role = role;
        last = permission;
    }
    assert_true(at > 200);
}

static void roles_are_complete(void **state)
{
    int n = 0;

    (void)state;
    for (const struct role *r = iam_roles; r->code; r++, n++) {
        assert_ptr_equal(role_find(r->code), r);
        assert_true(*r->zh && *r->en);
        assert_true(str_has_word("business sys sec audit service", r->kind));
    }
    assert_int_equal(n, 24);
    assert_null(role_find("*"));
    assert_null(role_find(NULL));
}

static void bad_rows_are_refused(void **state)
{
    static const struct {
        struct wl_access row;
        const char *says;
    } bad[] = {
        {{"errand", "nobody", "read"}, "no such role; name one of core.role"},
        {{"errand", "*", "read"}, "no such role; name one of core.role"},
        {{"errand", "social_worker", ""}, "empty"},
        {{"errand", "social_worker", "  "}, "empty"},
        {{"", "social_worker", "read"}, "word"},
        {{NULL, "social_worker", "read"}, "empty"},
        {{"errand", NULL, "read"}, "empty"},
        {{"errand", "social_worker", NULL}, "empty"},
        {{"Errand", "social_worker", "read"}, "word"},
        {{"errand", "social_worker", "read Write"}, "word"},
        {{"errand", "audit_admin", "read"}, "administrators"},
        {{"errand", "sys_admin", "read"}, "administrators"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wl_table t = {&bad[i].row, 1, sizeof bad[i].row};
        const char *why = NULL;

        assert_false(permission_declare("elderly", t, &why));
        assert_non_null(strstr(why, bad[i].says));
        assert_true(str_starts(why, "elderly: "));
    }
    assert_false(permission_held("audit_admin", "errand.read"));
}

/* A plugin built with a longer row works; what a shorter one lacks is empty, and so refused. */
static void rows_may_have_another_size(void **state)
{
    static const struct {
        struct wl_access row;
        const char *more;
    } longer[] = {{{"meal", "social_worker", "create read"}, "x"},
                  {{"meal", "station_head", "read"}, "y"}};
    const char *why = NULL;

    (void)state;
    assert_true(permission_declare("elderly", (struct wl_table)WL_ROWS(longer), &why));
    assert_true(permission_held("social_worker", "meal.create"));
    assert_true(permission_held("station_head", "meal.read"));
    assert_false(permission_held("station_head", "meal.create"));
    assert_false(permission_declare(
        "elderly", (struct wl_table){longer, 1, offsetof(struct wl_access, verbs)}, &why));
}

static void best_alternative_is_chosen(void **state)
{
    struct call *c = call_new(1000000);
    struct actor a = {.role = "social_worker"};

    (void)state;
    c->actor = &a;
    assert_string_equal(permission_choose(c, "resident.read resident.masked"), "resident.read");
    a.role = "hotline_operator";
    assert_string_equal(permission_choose(c, "resident.read resident.masked"), "resident.masked");
    a.role = "volunteer";
    assert_null(permission_choose(c, "resident.read resident.masked"));
    a.role = "social_worker";
    a.narrow = "request.read resident.masked";
    assert_null(permission_choose(c, "resident.read resident.masked"));
    assert_string_equal(permission_choose(c, "request.read"), "request.read");
    a.narrow = "";
    assert_null(permission_choose(c, "request.read"));
    call_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrix_says_what_the_book_says),
        cmocka_unit_test(administrators_hold_no_business),
        cmocka_unit_test(walk_gives_each_once),
        cmocka_unit_test(roles_are_complete),
        cmocka_unit_test(bad_rows_are_refused),
        cmocka_unit_test(rows_may_have_another_size),
        cmocka_unit_test(best_alternative_is_chosen),
    };

    return cmocka_run_group_tests_name("permission", tests, core_declare, NULL);
}
