/* Opening a county and importing its divisions, again and again, against a real database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "crypto/crypto.h"
#include "iam/county.h"
#include "tenant/division_import.h"
#include "tenant/keyring.h"
#include "tenant/open.h"

enum { NEW = 431128 }; /* 新田 */

static struct county k;
static struct db_conn *owner;

static int group_start(void **state)
{
    char dsn[400];
    char *why = NULL;

    (void)state;
    county_open(&k);
    str_format(dsn, sizeof dsn, "%s user=wulian_owner", k.db.dsn);
    owner = db_open(dsn, 10000, &why);
    return owner ? 0 : -1;
}

static int group_stop(void **state)
{
    (void)state;
    db_close(owner);
    county_close(&k);
    return 0;
}

static struct division first[] = {
    {430000000000, 1, "湖南省"},       {431100000000, 2, "永州市"},
    {431128000000, 3, "新田县"},       {431128100000, 4, "龙泉街道"},
    {431128100001, 5, "一社区居委会"}, {431128100002, 5, "二社区居委会"},
    {431128100003, 5, "三社区居委会"}, {431128100004, 5, "四社区居委会"},
    {431128100005, 5, "五社区居委会"}, {431128100006, 5, "六社区居委会"},
    {431128100007, 5, "七社区居委会"}, {431128100008, 5, "八社区居委会"},
    {431128100009, 5, "九社区居委会"}, {431128100010, 5, "十社区居委会"},
};

enum { FIRST = sizeof first / sizeof first[0] };

static bool import(struct division *items, size_t n, const char *from, bool force, bool dry_run,
                   struct division_report *out, const char **why)
{
    const struct division_list list = {.items = items, .n = n, .cap = n};
    const struct division_import what = {
        .county = NEW, .list = &list, .from = from, .force = force, .dry_run = dry_run};

    *why = "";
    return divisions_import(k.arena, owner, &what, out, why);
}

static void counts(const struct division_report *r, int added, int renamed, int closed, int same)
{
    assert_int_equal(r->added, added);
    assert_int_equal(r->renamed, renamed);
    assert_int_equal(r->closed, closed);
    assert_int_equal(r->same, same);
}

static void opened_once(void **state)
{
    struct opened o;
    const char *why = "";

    (void)state;
    assert_true(tenant_open(k.arena, owner, NEW, "新田县", &o, &why));
    assert_true(o.tenant && o.keys && o.bureau);
    assert_true(tenant_open(k.arena, owner, NEW, "新田县", &o, &why));
    assert_false(o.tenant || o.keys || o.bureau);
    assert_int_equal(county_number(&k, "select count(*) from core.county_key"
                                       " where county = 431128"),
                     3);
    assert_int_equal(county_number(&k, "select count(*) from admin.org_unit_history"
                                       " where county = 431128 and name = '新田县民政局'"),
                     1);
}

/* What was stored opens under the master key, in its own place only. */
static void keys_open_again(void **state)
{
    struct db_error e;
    struct db_rows *r = db_query(owner, k.arena,
                                 "select purpose, wrapped from core.county_key"
                                 " where county = 431128 order by 1", 0, NULL, &e);

    (void)state;
    assert_int_equal(rows_count(r), 3);
    for (int i = 0; i < 3; i++) {
        size_t n;
        const uint8_t *wrapped = rows_bytes(k.arena, r, i, 1, &n);

        assert_false(keyring_put(COUNTY, rows_text(r, i, 0), 1, wrapped, n));
        assert_true(keyring_put(NEW, rows_text(r, i, 0), 1, wrapped, n));
    }
}

static void changes_by_date(void **state)
{
    struct division second[FIRST];
    struct division_report r;
    const char *why;

    (void)state;
    assert_true(import(first, FIRST, NULL, false, false, &r, &why));
    counts(&r, FIRST, 0, 0, 0);
    assert_true(import(first, FIRST, NULL, false, false, &r, &why));
    counts(&r, 0, 0, 0, FIRST);

    /* one renamed, one gone, one new */
    memcpy(second, first, sizeof second);
    second[4].name = "头社区居委会";
    second[FIRST - 1] = (struct division){431128100011, 5, "十一社区居委会"};
    assert_true(import(second, FIRST, "2026-01-01", false, true, &r, &why));
    counts(&r, 1, 1, 1, FIRST - 2);
    assert_true(import(second, FIRST, "2026-01-01", false, false, &r, &why));
    counts(&r, 1, 1, 1, FIRST - 2);
    assert_true(import(second, FIRST, "2026-01-01", false, false, &r, &why));
    counts(&r, 0, 0, 0, FIRST);
    assert_int_equal(county_number(&k, "select count(*) from core.division where"
                                       " code = 431128100001 and ((name = '一社区居委会' and"
                                       " valid_from = '1949-10-01' and valid_to = '2026-01-01') or"
                                       " (name = '头社区居委会' and valid_from = '2026-01-01' and"
                                       " valid_to is null))"),
                     2);
    assert_int_equal(county_number(&k, "select count(*) from core.division where"
                                       " code = 431128100010 and valid_to = '2026-01-01'"),
                     1);

    /* corrected on the very day: no row of no length stays behind */
    second[4].name = "首社区居委会";
    assert_true(import(second, FIRST, "2026-01-01", false, false, &r, &why));
    counts(&r, 0, 1, 0, FIRST - 1);
    assert_int_equal(county_number(&k, "select count(*) from core.division"
                                       " where code = 431128100001"),
                     2);
}

/* A file of villages alone says nothing about townships, nor about other counties. */
static void only_its_levels(void **state)
{
    struct division_report r;
    const char *why;
    int64_t before = county_number(&k, "select count(*) from core.division where valid_to is null"
                                       " and code / 1000000 <> 431128");

    (void)state;
    assert_true(import(first + 2, 1, "2026-02-01", false, false, &r, &why));
    counts(&r, 0, 0, 0, 1);
    assert_int_equal(county_number(&k, "select count(*) from core.division where valid_to is null"
                                       " and code / 1000000 <> 431128"),
                     before);
}

static void a_short_file_is_refused(void **state)
{
    struct division_report r;
    const char *why;

    (void)state;
    assert_false(import(first, 8, "2026-03-01", false, false, &r, &why));
    assert_non_null(strstr(why, "would be closed"));
    assert_true(import(first, 8, "2026-03-01", true, false, &r, &why));
    assert_true(r.closed > 2);
}

static void two_names_for_a_code(void **state)
{
    struct division twice[] = {{431128100001, 5, "甲"}, {431128100001, 5, "乙"}};
    struct division_report r;
    const char *why;

    (void)state;
    assert_false(import(twice, 2, NULL, true, false, &r, &why));
    assert_string_equal(why, "431128100001 is given twice, as 甲 and as 乙");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opened_once),     cmocka_unit_test(keys_open_again),
        cmocka_unit_test(changes_by_date), cmocka_unit_test(only_its_levels),
        cmocka_unit_test(a_short_file_is_refused), cmocka_unit_test(two_names_for_a_code),
    };

    return cmocka_run_group_tests(tests, group_start, group_stop);
}
