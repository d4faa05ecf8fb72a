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

static const struct password_rules dengbao3 = {10, 3}, asvs5 = {8, 1};

static void expect(const char *password, const struct password_rules *rules, const char *want)
{
    const char *fault = password_fault(password, &someone, rules);

    if (!str_eq(fault, want))
        fail_msg("%s, %d characters: %s, not %s", password, rules->least, fault ? fault : "fine",
                 want ? want : "fine");
}

/* Each under 等保三级 and under ASVS 5.0. */
static void passwords(void **state)
{
    static const struct {
        const char *password, *dengbao3, *asvs5;
    } rows[] = {
        {"", "password_short", "password_short"},
        {"Short-1", "password_short", "password_short"},
        {"Kite-7me", "password_short", NULL},
        {"Nine-1two", "password_short", NULL},
        {"九疑山下水流长", "password_short", "password_short"},
        {"九疑山下水流长江", "password_short", NULL},
        {"Jiang-hua1", NULL, NULL},
        {"jiang-hua-one", "password_kinds", NULL},
        {"jianghuayaozu", "password_kinds", NULL},
        {"JIANGHUA2026", "password_kinds", "password_common"},
        {"correct horse battery staple", "password_kinds", NULL},
        {"Correct horse battery", NULL, NULL},
        {"九疑山下水流长abC", NULL, NULL},
        {"九疑山下水流长沱江畔", "password_kinds", NULL},
        {"天下为公 Abc 2026", NULL, NULL},
        {"trailing space 9 ", NULL, NULL},
        {"\xe2\x80\xaa" "bidi mark 12", NULL, NULL},
        {"my Head.Tuojiang 1", "password_context", "password_context"},
        {"head.tuojiang", "password_kinds", "password_context"},
        {"In 431129 lives 1", "password_context", "password_context"},
        {"x431129x", "password_short", "password_context"},
        {"Wulian is great 1", "password_context", "password_context"},
        {"wulianwulian", "password_kinds", "password_context"},
        {"五联平台 good 1 X", "password_context", "password_context"},
        {"Password123", "password_common", "password_common"},
        {"PASSWORD", "password_short", "password_common"},
        {"P@ssw0rd2026", "password_common", "password_common"},
        {"1qaz2wsx!QAZ", "password_common", "password_common"},
        {"1qaz@WSX2026", "password_common", "password_common"},
        {"Qwertyuiop1!", "password_common", "password_common"},
        {"Admin@123456", "password_common", "password_common"},
        {"Woaini520!!!", "password_common", "password_common"},
        {"woaini1314520", "password_kinds", "password_common"},
        {"Aa123456789", "password_common", "password_common"},
        {"Iloveyou2025!", "password_common", "password_common"},
        {"sunshine1", "password_short", "password_common"},
        {"Minzheng@2026", "password_common", "password_common"},
        {"12345678", "password_short", "password_common"},
        {"20261122", "password_short", "password_common"},
        {"1234567890!@", "password_kinds", "password_common"},
        {"........", "password_short", "password_common"},
        {"aaaaaaaa1", "password_short", "password_common"},
        {"1qaz@WSX3edc", "password_common", "password_common"},
        {"Qwe123!@#asd", "password_common", "password_common"},
        {"Zaq12wsx!", "password_short", "password_common"},
        {"0987poiuLKJH", "password_common", "password_common"},
        {"qk7-vtx-m2p", NULL, NULL},
        {"2026!Dragon", "password_common", "password_common"},
        {"Dr4g0n#2026", "password_common", "password_common"},
        {"Admin@Admin1", "password_common", "password_common"},
        {"Mimamima-66", "password_common", "password_common"},
        {"Zw@19900101", "password_common", "password_common"},
        {"Zhangwei@1990", "password_common", "password_common"},
        {"江江江江江江江江江江", "password_kinds", "password_common"},
        {"Call 13812345678", "password_context", "password_context"},
        {"Call 23812345678", "password_common", "password_common"},
        {"Id 11010519491231002X", "password_context", "password_context"},
        {"Ｆull width 1", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect(rows[i].password, &dengbao3, rows[i].dengbao3);
        expect(rows[i].password, &asvs5, rows[i].asvs5);
    }
}

static void long_passwords(void **state)
{
    char text[PASSWORD_MAX + 2];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "kmwz"[i % 4];
    memcpy(text, "A1", 2);
    text[PASSWORD_MAX] = '\0';
    assert_null(password_fault(text, &someone, &dengbao3));
    text[PASSWORD_MAX] = 'x';
    text[PASSWORD_MAX + 1] = '\0';
    assert_string_equal(password_fault(text, &someone, &dengbao3), "password_long");
}

/* 64 characters of three bytes each are under the ceiling (ASVS 6.2.9). */
static void long_chinese_passwords(void **state)
{
    char text[64 * 3 + 1] = "";

    (void)state;
    for (int i = 0; i < 64; i++)
        memcpy(text + 3 * i, &"江河湖海山"[3 * (i % 5)], 3);
    assert_null(password_fault(text, &someone, &asvs5));
    assert_string_equal(password_fault(text, &someone, &dengbao3), "password_kinds");
}

/* A login of two letters would forbid half of all words. */
static void short_logins_do_not_count(void **state)
{
    const struct login li = {431129, "li"};

    (void)state;
    assert_null(password_fault("Fidelity for 26", &li, &dengbao3));
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

static void names(void **state)
{
    static const struct {
        const char *password, *name;
        bool holds;
    } rows[] = {
        {"Zhang-Wei 1990", "张伟", true},
        {"tall weizhang 7", "张伟", true},
        {"ZHANGWEI-abc", "张伟", true},
        {"good 张伟 good", "张伟", true},
        {"zhang and wei", "张伟", false},
        {"ouyangxiu-77", "欧阳修", true},
        {"xiuouyang-77", "欧阳修", false}, /* turned about after one character only */
        {"blue li river", "李", false},    /* two letters would forbid half of all words */
        {"anything at all", "", false},
        {"jianghua 2026", "江华", true},
        {"kadi er jiang 1", "卡迪尔江", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (password_names(rows[i].password, rows[i].name) != rows[i].holds)
            fail_msg("%s, %s", rows[i].password, rows[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords),
        cmocka_unit_test(long_passwords),
        cmocka_unit_test(long_chinese_passwords),
        cmocka_unit_test(short_logins_do_not_count),
        cmocka_unit_test(names),
        cmocka_unit_test(logins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
