/* Every rule of a module's description that needs no database, beside those that the folders of
 * tests/plugins show; and the pieces of SQL that migrate looks at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "iam/permission.h"
#include "plugin/check.h"
#include "plugin/pieces.h"
#include "record/sample.h"

static struct sample sample;

static int open_all(void **state)
{
    (void)state;
    sample_open(&sample);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    sample_close(&sample);
    return 0;
}

static void handle(struct wl_ctx *ctx)
{
    (void)ctx;
}

static const struct wl_plugin plain = {
    .size = sizeof(struct wl_plugin), .abi = WL_ABI, .name = "plain", .version = "1.0.0"};

static void refused(const struct wl_plugin *p, const char *message)
{
    const char *why = "";

    assert_false(module_check(sample.arena, p, false, &why));
    assert_string_equal(why, message);
}

static void taken(const struct wl_plugin *p)
{
    const char *why = "";

    if (!module_check(sample.arena, p, false, &why))
        fail_msg("%s", why);
}

/* --- the plugin itself ------------------------------------------------------------------------ */

static void names(void **state)
{
    static const char form[] =
        "the name must be lower-case snake_case of at most 31 characters, not pg_…";
    static const char *const bad[] = {
        "Plain", "pla in", "pl\"ain", "pg_plain", "1st", "", "a2345678901234567890123456789012"};
    static const char *const own[] = {
        "core", "admin", "station", "public", "information_schema", "sessions", "reports", "me"};
    struct wl_plugin p = plain;

    (void)state;
    taken(&p);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        p.name = bad[i];
        refused(&p, arena_printf(sample.arena, "%s: plugin %s: %s", bad[i], bad[i], form));
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        p.name = own[i];
        refused(&p, arena_printf(sample.arena,
                                 "%s: plugin %s: the name is the platform's own;"
                                 " choose another",
                                 own[i], own[i]));
    }
    p = plain;
    p.version = NULL;
    refused(&p, "plain: plugin plain: version must have 1 to 15 characters");
    p.version = "1.0.0-alpha.beta.gamma";
    refused(&p, "plain: plugin plain: version must have 1 to 15 characters");
}

static void tables(void **state)
{
    static const struct wl_record *const none[] = {NULL};
    struct wl_plugin p = plain;

    (void)state;
    p.routes = (struct wl_table){NULL, 1, sizeof(struct wl_route)};
    refused(&p, "plain: table routes: rows are missing; write it with WL_ROWS");
    p.routes = (struct wl_table){none, 1, 0};
    refused(&p, "plain: table routes: rows are missing; write it with WL_ROWS");
    p.routes = (struct wl_table){none, 1001, sizeof(struct wl_route)};
    refused(&p, "plain: table routes: rows are missing; write it with WL_ROWS");
    p = plain;
    p.records = (struct wl_records)WL_RECORDS(none);
    refused(&p, "plain: table records: a row is missing; write it with WL_RECORDS");
}

/* --- routes ----------------------------------------------------------------------------------- */

static void routes(void **state)
{
    static const struct {
        struct wl_route row;
        const char *message;
    } cases[] = {
        {{"GET", "things", "thing.read", handle, .sensitivity = WL_CLASS_1},
         "things: path is missing (it begins with /)"},
        {{"GET", NULL, "thing.read", handle, .sensitivity = WL_CLASS_1},
         "?: path is missing (it begins with /)"},
        {{"get", "/x", "thing.read", handle, .sensitivity = WL_CLASS_1},
         "/x: method must be GET, POST, PUT, PATCH or DELETE"},
        {{NULL, "/x", "thing.read", handle, .sensitivity = WL_CLASS_1},
         "/x: method must be GET, POST, PUT, PATCH or DELETE"},
        {{"GET", "/x", NULL, handle, .sensitivity = WL_CLASS_1},
         "/x: access is missing: set `permission` to \"<object>.<verb>\""},
        {{"GET", "/x", "read", handle, .sensitivity = WL_CLASS_1},
         "/x: access is missing: set `permission` to \"<object>.<verb>\""},
        {{"GET", "/x", "thing.read", NULL, .sensitivity = WL_CLASS_1},
         "/x: handler is missing; set `handler`"},
        {{"GET", "/x", "thing.read", handle, .sensitivity = WL_CLASS_UNSET},
         "/x: sensitivity is unset: name the highest class its answer shows"},
        {{"GET", "/x", "thing.read", handle, .sensitivity = WL_CLASS_1, .asks = "from:day"},
         "/x: asks cannot be read; write \"name?:type …\""},
        {{"GET", "/x", "thing.read", handle, .sensitivity = WL_CLASS_1, .gives = "{id name"},
         "/x: takes or gives cannot be read; write \"{name:type name?:type}\""},
    };
    static const struct wl_route twice[] = {
        {"GET", "/x", "thing.read", handle, .sensitivity = WL_CLASS_1},
        {"POST", "/x", "thing.read", handle, .sensitivity = WL_CLASS_1},
        {"GET", "/x", "thing.read", handle, .sensitivity = WL_CLASS_1}};
    struct wl_plugin p = plain;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        p.routes = (struct wl_table){&cases[i].row, 1, sizeof(struct wl_route)};
        refused(&p, arena_printf(sample.arena, "plain: route %s", cases[i].message));
    }
    p.routes = (struct wl_table)WL_ROWS(twice);
    refused(&p, "plain: route /x: declared twice; drop one");
    p.routes.count = 2;
    taken(&p);
}

/* --- statements, indicators ------------------------------------------------------------------- */

static void statements(void **state)
{
    static const char *const plain_ones[] = {"select 1",
                                             "  SELECT 1",
                                             "\n\tupdate x set y = 1",
                                             "insert into x values (1)",
                                             "delete from x",
                                             "with a as (select 1) select * from a"};
    static const char *const others[] = {"",
                                         "selecting",
                                         "select_1",
                                         "begin",
                                         "call x()",
                                         "copy x to stdout",
                                         "do $$ $$",
                                         "set x = 1",
                                         "select 1; select 2",
                                         "select 1;",
                                         "explain select 1",
                                         "truncate x",
                                         "-- select\nselect 1",
                                         "lock x",
                                         "/* */ select 1",
                                         "(select 1)"};
    struct wl_statement rows[2] = {{"one", {NULL}}, {"one", {"select 1"}}};
    struct wl_plugin p = plain;

    (void)state;
    p.statements = (struct wl_table){rows, 1, sizeof *rows};
    refused(&p, "plain: statement one: name or sql is missing; set both");
    for (size_t i = 0; i < sizeof plain_ones / sizeof *plain_ones; i++) {
        rows[0].sql.text = plain_ones[i];
        taken(&p);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        rows[0].sql.text = others[i];
        refused(&p, "plain: statement one: must be one plain SELECT, INSERT, UPDATE, DELETE or"
                    " WITH, without ';'");
    }
    rows[0].sql.text = "select 1";
    p.statements.count = 2;
    refused(&p, "plain: statement one: declared twice; drop one");
}

static void indicators(void **state)
{
    struct wl_indicator row = {.code = "X1", .unit = "unit.x", .record = "plain.x"};
    struct wl_plugin p = plain;

    (void)state;
    p.indicators = (struct wl_table){&row, 1, sizeof row};
    refused(&p, "plain: indicator X1: code, unit, record or rows is missing; set all four");
    row.rows.text = "delete from plain.x returning *";
    refused(&p, "plain: indicator X1: rows must be one plain SELECT, without ';'");
    row.rows.text = "select 1";
    taken(&p);
}

/* --- settings --------------------------------------------------------------------------------- */

static void settings(void **state)
{
    static const struct {
        struct wl_setting row;
        const char *message; /* NULL: taken */
    } cases[] = {
        {{.name = "a", .type = WL_INTEGER, .min = 0, .max = 23, .value = "20"}, NULL},
        {{.name = "a", .type = WL_INTEGER, .value = "-7"}, NULL},
        {{.name = "a", .type = WL_TEXT, .value = ""}, NULL},
        {{.name = "a", .type = WL_BOOL, .value = "true"}, NULL},
        {{.name = "a", .type = WL_INTEGER, .min = 0, .max = 23, .value = "24"},
         "a: the default is not of its type and range; mend `value`"},
        {{.name = "a", .type = WL_MONEY, .value = "1.5"},
         "a: the default is not of its type and range; mend `value`"},
        {{.name = "a", .type = WL_BOOL, .value = "yes"},
         "a: the default is not of its type and range; mend `value`"},
        {{.name = "a", .type = WL_DATE, .value = "2026-11-22"},
         "a: name, type or default value is missing; set all three"},
        {{.name = "a", .type = WL_TEXT},
         "a: name, type or default value is missing; set all three"},
        {{.name = "A b", .type = WL_TEXT, .value = ""},
         "A b: name, type or default value is missing; set all three"},
        {{.type = WL_TEXT, .value = ""},
         "?: name, type or default value is missing; set all three"},
    };
    struct wl_plugin p = plain;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        p.settings = (struct wl_table){&cases[i].row, 1, sizeof(struct wl_setting)};
        if (cases[i].message)
            refused(&p, arena_printf(sample.arena, "plain: setting %s", cases[i].message));
        else
            taken(&p);
    }
}

/* --- rights ----------------------------------------------------------------------------------- */

static void rights(void **state)
{
    static const struct wl_access mine[] = {{"thing", "station_head", "read"}};
    static const struct wl_access theirs[] = {{"resident", "volunteer", "delete"}};
    static const struct wl_route of_core[] = {
        {"GET", "/x", "resident.read", handle, .sensitivity = WL_CLASS_1}};
    static const struct wl_route of_mine[] = {
        {"GET", "/x", "thing.read thing.masked", handle, .sensitivity = WL_CLASS_1}};
    struct wl_plugin p = plain;
    const char *why = "";

    (void)state;
    p.access = (struct wl_table)WL_ROWS(theirs);
    refused(&p, "plain: access resident: the object is core's; rights on it are given there; name "
                "an object of your own");
    p.access = (struct wl_table)WL_ROWS(mine);
    taken(&p);
    assert_true(permission_declare(p.name, p.access, &why));
    taken(&p); /* its own object, declared */
    p.routes = (struct wl_table)WL_ROWS(of_core);
    assert_true(module_check_rights(sample.arena, &p, &why)); /* whom the core lets see residents */
    p.routes = (struct wl_table)WL_ROWS(of_mine);
    assert_false(module_check_rights(sample.arena, &p, &why));
    assert_string_equal(
        why, "plain: route /x: no access row gives thing.masked to any role; add it to `access`");
    p.name = "other";
    refused(&p, "other: access thing: the object is plain's; rights on it are given there; name an "
                "object of your own");
}

static void texts(void **state)
{
    static const struct wl_indicator row[] = {
        {.code = "X1", .unit = "unit.x", .record = "plain.x", .rows = {"select 1"}}};
    static const struct wl_setting setting[] = {{.name = "a", .type = WL_TEXT, .value = ""}};
    struct wl_plugin p = plain;
    const char *why = "";

    (void)state;
    assert_false(module_check_texts(sample.arena, &p, &why));
    assert_string_equal(why, "plain: plugin plain: no text \"plugin.plain\" in messages/zh-CN.json"
                             " and en.json; add it");
    p.indicators = (struct wl_table)WL_ROWS(row);
    assert_false(module_check_texts(sample.arena, &p, &why));
    assert_string_equal(why, "plain: indicator X1: no text \"indicator.X1\" in messages/zh-CN.json"
                             " and en.json; add it");
    p.settings = (struct wl_table)WL_ROWS(setting);
    assert_false(module_check_texts(sample.arena, &p, &why));
    assert_string_equal(why, "plain: setting a: no text \"setting.a\" in messages/zh-CN.json and"
                             " en.json; add it");
}

/* --- pieces ----------------------------------------------------------------------------------- */

static void every_piece_of_sql_is_looked_at(void **state)
{
    static const struct wl_record *const records[] = {&sample_job};
    static const struct wl_statement rows[] = {{"one", {"select 1"}}};
    static const struct wl_indicator indicator[] = {
        {.code = "X1", .rows = {"select 2"}, .record = "sample.job"}};
    static const char *const what[] = {
        "statement one", "indicator X1", "record job: field made_at: compute",
        "record job: action finish: set", "record job: action redo: guard"};
    struct wl_plugin p = sample_plugin;
    const struct piece *pieces;
    int n = 0;

    (void)state;
    p.statements = (struct wl_table)WL_ROWS(rows);
    p.indicators = (struct wl_table)WL_ROWS(indicator);
    p.records = (struct wl_records)WL_RECORDS(records);
    pieces = pieces_of(sample.arena, &p, &n);
    assert_int_equal(n, sizeof what / sizeof *what);
    for (int i = 0; i < n; i++) {
        assert_string_equal(pieces[i].what, what[i]);
        assert_int_equal(pieces[i].indicator, i == 1 ? 8 : 0); /* columns */
    }
    assert_string_equal(pieces[1].sql, "select f.* from (select 2) f where f.county = $1");
    assert_int_equal(strncmp(pieces[2].sql, "select (now()) from (select $1::int as county", 45),
                     0);
    assert_non_null(strstr(pieces[2].sql, "null::text[] as kinds"));
    assert_null(strstr(pieces[2].sql, "as staff")); /* not known when a row is made */
    assert_string_equal(pieces[3].sql,
                        "update sample.job t set note = coalesce(t.note, 'finished (' || t.title"
                        " || ')') where t.county = $1");
    assert_string_equal(pieces[4].sql, "select t.id from sample.job t where t.county = $1 and"
                                       " (t.minutes < 60 or t.urgent)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(tables),
        cmocka_unit_test(routes),
        cmocka_unit_test(statements),
        cmocka_unit_test(indicators),
        cmocka_unit_test(settings),
        cmocka_unit_test(rights),
        cmocka_unit_test(texts),
        cmocka_unit_test(every_piece_of_sql_is_looked_at),
    };

    return cmocka_run_group_tests_name("plugin/check", tests, open_all, close_all);
}
