/* What the host reads of a SELECT and of a SET. */
#include "record/select_list.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

/* "a b c": what select_columns reads. */
static void columns_are(const char *sql, const char *wanted)
{
    struct arena *a = arena_new(1 << 20);
    const char *names[SELECT_COLUMNS_MAX];
    const char *found = "";
    int n = select_columns(a, sql, names);

    for (int i = 0; i < n; i++)
        found = arena_printf(a, "%s%s%s", found, i ? " " : "", names[i]);
    assert_string_equal(found, wanted);
    arena_free(a);
}

static void columns(void **state)
{
    (void)state;
    columns_are("select t.id, t.title from t", "id title");
    columns_are("select id", "id");
    columns_are("SELECT DISTINCT t.id AS Who from t", "Who");
    columns_are("select distinct on (t.id, t.n) t.id, n from t", "id n");
    columns_are("select (select min(x) from y) as low, f(a, b) as high from t", "low high");
    columns_are("select a is distinct from b as differs, 'x, y' as text from t", "differs text");
    columns_are("select array[1, 2] as pair, extract(day from t.at) as day from t", "pair day");
    columns_are("select case when a then b end as c union select 1", "c");
    columns_are("with x as (select 1 as n), y as (select 2) select x.n as m from x", "m");
    columns_are("with recursive x(n) as (select 1 union select n + 1 from x) select n from x", "n");
}

static void columns_without_names(void **state)
{
    (void)state;
    columns_are("select * from t", "");
    columns_are("select t.* from t", "");
    columns_are("select upper(t.a) from t", "");
    columns_are("select t.a b from t", "");
    columns_are("select t.a, 1 from t", "");
    columns_are("select t.a, from t", "");
    columns_are("select", "");
    columns_are("values (1)", "");
    columns_are("", "");
}

static void too_many_columns(void **state)
{
    struct arena *a = arena_new(1 << 20);
    const char *names[SELECT_COLUMNS_MAX];
    const char *sql = "select a";

    (void)state;
    for (int i = 1; i < SELECT_COLUMNS_MAX; i++)
        sql = arena_printf(a, "%s, a", sql);
    assert_int_equal(select_columns(a, sql, names), SELECT_COLUMNS_MAX);
    assert_int_equal(select_columns(a, arena_printf(a, "%s, a", sql), names), 0);
    arena_free(a);
}

static void assignments(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct assignment set[SELECT_COLUMNS_MAX];

    (void)state;
    assert_int_equal(
        assignments_read(a, "n = o.n + 1, who=coalesce(s.who, 'a,b'), ok = a = b", set), 3);
    assert_string_equal(set[0].column, "n");
    assert_string_equal(set[0].value, " o.n + 1");
    assert_string_equal(set[1].column, "who");
    assert_string_equal(set[1].value, "coalesce(s.who, 'a,b')");
    assert_string_equal(set[2].value, " a = b");
    assert_int_equal(assignments_read(a, "o.n = 1", set), 0);
    assert_int_equal(assignments_read(a, "n", set), 0);
    assert_int_equal(assignments_read(a, "n = ", set), 0);
    assert_int_equal(assignments_read(a, "n = 1,", set), 0);
    assert_int_equal(assignments_read(a, "", set), 0);
    arena_free(a);
}

static void over(void **state)
{
    struct arena *a = arena_new(1 << 20);

    (void)state;
    assert_string_equal(select_over(a, "select 2"), "with t as (select t.*) select 2");
    assert_string_equal(select_over(a, " with x as (select 2) select 3"),
                        "with t as (select t.*),  x as (select 2) select 3");
    assert_string_equal(select_over(a, "with recursive x as (y) select 3"),
                        "with recursive t as (select t.*),  x as (y) select 3");
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns),
        cmocka_unit_test(columns_without_names),
        cmocka_unit_test(too_many_columns),
        cmocka_unit_test(assignments),
        cmocka_unit_test(over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
