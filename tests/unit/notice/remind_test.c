/* Reminders of limits: what of a description is refused, and which rows their SQL looks at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/remind_sql.h"
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

static const struct wl_field fields[] = {
    {.name = "no", .type = WL_TEXT, .sensitivity = WL_CLASS_1},
    {.name = "name", .type = WL_NAME, .sensitivity = WL_CLASS_2, .max = 60},
    {.name = "due", .type = WL_TIME, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
    {.name = "staff", .type = WL_STAFF, .sensitivity = WL_CLASS_1},
    {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
};

static const struct wl_action actions[] = {
    {.name = "park", .from = "open", .to = "parked", .permission = "update"},
    {.name = "finish", .from = "open parked", .to = "done", .permission = "update"},
};

static struct rec *compiled(struct wl_limit l, const char **why)
{
    const struct wl_limit limits[] = {l};
    const struct wl_record d = {.name = "thing",
                                .path = "things",
                                .object = "thing",
                                .fields = WL_ROWS(fields),
                                .actions = WL_ROWS(actions),
                                .limits = WL_ROWS(limits),
                                .states = "open parked done",
                                .title = "no name",
                                .sort = "created_at",
                                .verbs = "list get"};
    struct rec *r = arena_alloc(sample.arena, sizeof *r);

    return rec_compile(sample.arena, &sample_plugin, false, &d, r, why) ? r : NULL;
}

static void who_may_be_named(void **state)
{
    const char *why = "";

    (void)state;
    assert_null(compiled((struct wl_limit){.due = "due", .ended = "done", .staff = "no"}, &why));
    assert_string_equal(why, "sample: record thing: limit due: `staff` must name a WL_STAFF field: "
                             "who has to keep it");
    assert_null(compiled((struct wl_limit){.due = "due", .ended = "done", .before = 5}, &why));
    assert_string_equal(why, "sample: record thing: limit due: `before` says when `staff` is "
                             "reminded; name `staff`, or drop it");
    const struct rec *r =
        compiled((struct wl_limit){.due = "due", .ended = "done", .remind = "@king"}, &why);
    assert_non_null(r);
    assert_null(remind_passed(sample.arena, r, &r->limits[0], &why));
    assert_string_equal(why, "`to` names @king, and there is no such role");
}

static void has(const char *sql, const char *part)
{
    if (!strstr(sql, part))
        fail_msg("lacks %s:\n%s", part, sql);
}

static void which_rows(void **state)
{
    const char *why = "", *sql;
    const struct rec *r = compiled((struct wl_limit){.due = "due",
                                                     .held = "parked",
                                                     .ended = "done",
                                                     .staff = "staff",
                                                     .remind = "staff @station_head",
                                                     .before = 90},
                                   &why);

    (void)state;
    assert_non_null(r);
    sql = db_stmt_sql(remind_before(sample.arena, r, &r->limits[0]));
    has(sql, "t.county = $1 and t.div >= $2 and t.div < $3 and t.deleted_at is null"
             " and t.state in ('open')");
    has(sql, "'sample.thing ' || t.id || ' due before ' || extract(epoch from t.due)");
    has(sql, "p.plugin = 'sample' and p.enabled");
    has(sql, "t.due > $5::timestamptz and t.due <= $5::timestamptz + interval '90 minutes'");
    has(sql, "array[t.staff]::uuid[], '{}'::text[]");
    /* of the title what may leave, and no more */
    has(sql, "jsonb_build_object('no', t.no::text) || ");
    assert_null(strstr(sql, "t.name"));
    sql = db_stmt_sql(remind_passed(sample.arena, r, &r->limits[0], &why));
    has(sql, "array[t.staff]::uuid[], '{station_head}'::text[]");
    has(sql, "t.due <= $5::timestamptz");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_may_be_named),
        cmocka_unit_test(which_rows),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
