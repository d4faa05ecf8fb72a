/* Logins and what a password must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "iam/login.h"
#include "iam/password.h"

static const struct login someone = {431129, "head.tuojiang"};

static void passwords(void **state)
{
    static const struct {
        const char *password, *fault;
    } rows[] = {
        {"Short-1", "password_short"},
        {"Jiang-hua1", NULL},
        {"jiang-hua-one", "password_kinds"},
        {"JIANGHUA2026", "password_kinds"},
        {"九疑山下水流长abC", NULL},
        {"九疑山下水流长沱江畔", "password_kinds"},
        {"天下为公 Abc 2026", NULL},
        {"my Head.Tuojiang 1", "password_context"},
        {"In 431129 lives 1", "password_context"},
        {"Wulian is great 1", "password_context"},
        {"五联平台 good 1 X", "password_context"},
        {"Password123", "password_common"},
        {"P@ssw0rd2026", "password_common"},
        {"1qaz2wsx!QAZ", "password_common"},
        {"1qaz@WSX2026", "password_common"},
        {"Qwertyuiop1!", "password_common"},
        {"Admin@123456", "password_common"},
        {"Woaini520!!!", "password_common"},
        {"Aa123456789", "password_common"},
        {"Ｆull width 1", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *fault = password_fault(rows[i].password, &someone);

        if (!str_eq(fault, rows[i].fault))
            fail_msg("%s: %s, not %s", rows[i].password, fault ? fault : "fine",
                     rows[i].fault ? rows[i].fault : "fine");
    }
}

static void long_passwords(void **state)
{
    char text[PASSWORD_MAX + 2];

    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, "A1", 2);
    text[PASSWORD_MAX] = '\0';
    assert_null(password_fault(text, &someone));
    text[PASSWORD_MAX] = 'x';
    text[PASSWORD_MAX + 1] = '\0';
    assert_string_equal(password_fault(text, &someone), "password_long");
}

/* A login of two letters would forbid half of all words. */
static void short_logins_do_not_count(void **state)
{
    const struct login li = {431129, "li"};

    (void)state;
    assert_null(password_fault("Fidelity 2026", &li));
}

static void logins(void **state)
{
    static const struct {
        const char *text, *name;
        int county;
    } rows[] = {
        {"admin@431129", "admin", 431129},
        {"Head.TuoJiang@431129", "head.tuojiang", 431129},
        {"a1@110101", "a1", 110101},
        {"u-0_1.x@999999", "u-0_1.x", 999999},
        {"a@431129", NULL, 0},
        {"-a@431129", NULL, 0},
        {"admin@43112", NULL, 0},
        {"admin@4311290", NULL, 0},
        {"admin@031129", NULL, 0},
        {"admin@-31129", NULL, 0},
        {"admin@43112x", NULL, 0},
        {"admin", NULL, 0},
        {"@431129", NULL, 0},
        {"ad min@431129", NULL, 0},
        {"管理员@431129", NULL, 0},
        {"a@b@431129", NULL, 0},
        {"abcdefghijklmnopqrstuvwxyz012345@431129", "abcdefghijklmnopqrstuvwxyz012345", 431129},
        {"abcdefghijklmnopqrstuvwxyz0123456@431129", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct login got;
        bool ok = login_parse(rows[i].text, &got);

        if (ok != (rows[i].name != NULL))
            fail_msg("%s: %s", rows[i].text, ok ? "taken" : "refused");
        if (ok) {
            assert_string_equal(got.name, rows[i].name);
            assert_int_equal(got.county, rows[i].county);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords),
        cmocka_unit_test(long_passwords),
        cmocka_unit_test(short_logins_do_not_count),
        cmocka_unit_test(logins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
