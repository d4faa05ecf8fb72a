/* Notices of a description: what is refused, whom their SQL tells, and how they read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/sample.h"
#include "record/tell.h"

static struct sample sample;

static int open_all(void **state)
{
    const char *why = "";

    (void)state;
    sample_open(&sample);
    return messages_load(sample.arena, NULL, "core/notice/messages", &why) &&
                   messages_load(sample.arena, NULL, "tests/unit/notice/messages", &why)
               ? 0
               : -1;
}

static int close_all(void **state)
{
    (void)state;
    sample_close(&sample);
    return 0;
}

static const struct wl_field fields[] = {
    {.name = "no", .type = WL_TEXT, .sensitivity = WL_CLASS_0},
    {.name = "kind", .type = WL_CHOICE, .sensitivity = WL_CLASS_1, .of = "KIND"},
    {.name = "due", .type = WL_TIME, .sensitivity = WL_CLASS_1},
    {.name = "fen", .type = WL_MONEY, .sensitivity = WL_CLASS_1},
    {.name = "ready", .type = WL_BOOL, .sensitivity = WL_CLASS_1},
    {.name = "name", .type = WL_NAME, .sensitivity = WL_CLASS_2, .max = 60},
    {.name = "grave", .type = WL_TEXT, .sensitivity = WL_CLASS_3},
    {.name = "person", .type = WL_REFERENCE, .sensitivity = WL_CLASS_1, .of = "sample.person"},
    {.name = "staff", .type = WL_STAFF, .sensitivity = WL_CLASS_1},
    {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
};

static const struct wl_action actions[] = {
    {.name = "take", .from = "open", .to = "done", .permission = "update"},
};

static const struct wl_record base = {.name = "thing",
                                      .path = "things",
                                      .object = "thing",
                                      .fields = WL_ROWS(fields),
                                      .actions = WL_ROWS(actions),
                                      .states = "open done",
                                      .sort = "created_at",
                                      .verbs = "list get"};

static bool built(struct wl_notice n, struct rec *r, const char **why)
{
    const struct wl_notice notices[] = {n};
    struct wl_record d = base;

    d.notices = (struct wl_table)WL_ROWS(notices);
    return rec_compile(sample.arena, &sample_plugin, false, &d, r, why) &&
           tells_build(sample.arena, r, why);
}

static void refused(struct wl_notice n, const char *message)
{
    struct rec r;
    const char *why = "";

    assert_false(built(n, &r, &why));
    assert_string_equal(why, arena_printf(sample.arena, "sample: record thing: notice %s: %s",
                                          n.text ? n.text : "?", message));
}

static void what_is_refused(void **state)
{
    (void)state;
    refused((struct wl_notice){.to = "staff", .text = "plain"},
            "`on` must name what it tells of: create, actions, chores");
    refused((struct wl_notice){.on = "create gone", .to = "staff", .text = "plain"},
            "`on` names gone, which is neither create, nor an action of the record, nor a chore "
            "that writes it; mend the word");
    refused((struct wl_notice){.on = "take", .text = "plain"},
            "`to` must name WL_STAFF fields or roles: \"staff @station_head\"");
    refused((struct wl_notice){.on = "take", .to = "who", .text = "plain"},
            "`to` names who, which is no field; roles begin with @");
    refused((struct wl_notice){.on = "take", .to = "no", .text = "plain"},
            "`to` names no, which is no WL_STAFF field");
    refused((struct wl_notice){.on = "take", .to = "@king", .text = "plain"},
            "`to` names @king, and there is no such role");
    refused((struct wl_notice){.on = "take", .to = "staff", .text = "missing"},
            "has no text: add \"notice.missing\" to messages/zh-CN.json and en.json");
    refused((struct wl_notice){.on = "take", .to = "staff", .text = "it's"},
            "`text` must be the rest of a message key: lower-case letters, digits, _ and .");
    refused(
        (struct wl_notice){
            .on = "take", .to = "staff", .text = "plain", .when = WL_SQL("true; drop")},
        "when "
        "must be one SQL expression: no ';', '$' or comment, brackets and quotes closed");
}

static void what_a_text_may_name(void **state)
{
    (void)state;
    refused((struct wl_notice){.on = "take", .to = "staff", .text = "unknown"},
            "its text names {colour}, which is no field; mend the text");
    refused((struct wl_notice){.on = "take", .to = "staff", .text = "secret"},
            "its text shows {name}, a field of class 2; a notice leaves the house: name fields of "
            "class 0 or 1 only");
    refused((struct wl_notice){.on = "take", .to = "staff", .text = "grave"},
            "its text shows {grave}, a field of class 3; a notice leaves the house: name fields of "
            "class 0 or 1 only");
    refused((struct wl_notice){.on = "take", .to = "staff", .text = "row"},
            "its text shows {person}, which is no word or number to be read; drop it");
}

static void who_pays(void **state)
{
    struct rec r;
    const char *why = "";

    (void)state;
    assert_true(built((struct wl_notice){.on = "take",
                                         .to = "staff @station_head @intern",
                                         .text = "shown",
                                         .when = WL_SQL("t.ready")},
                      &r, &why));
    assert_null(r.tell_create);
    assert_false(tells_any(&r, "create"));
    assert_true(tells_any(&r, "take"));
    const char *sql = db_stmt_sql(r.actions[0].tell);
    assert_non_null(strstr(sql, "case when (t.ready) then core.notice_send('sample.thing ' || t.id"
                                " || ' ' || t.version || ' 0', 'sample.thing', t.id, t.div,"
                                " 'sample', 'shown', jsonb_build_object('no', t.no::text"));
    assert_non_null(strstr(sql, "array[t.staff]::uuid[], '{station_head,intern}'::text[], null)"));
    assert_non_null(strstr(sql, "t.county = $1 and t.div >= $2 and t.div < $3 and t.id = $4::uuid"
                                " and t.change = $5::uuid"));
    assert_null(strstr(sql, "'name'"));
    assert_null(sample.job->tell_create); /* describes none */
}

static void how_it_reads(void **state)
{
    static const char args[] = "{\"no\":\"R-1\",\"kind\":\"A\",\"state\":\"open\",\"due\":null,"
                               "\"fen\":\"12.50\",\"ready\":\"true\"}";
    struct jv_fault fault;
    struct notice n = {.module = "sample", .text = "shown", .record = "sample.gone", .id = "x"};

    (void)state;
    n.args = jv_parse(sample.arena, args, sizeof args - 1, &fault);
    /* of a record that is no more, the words as they were kept */
    assert_string_equal(tell_text(sample.arena, LANG_EN, &n), "R-1: A, open, –, 12.50, true");
    assert_null(tell_link(sample.arena, &n));
    n.record = "sample.job";
    n.id = SAMPLE_ROW;
    assert_string_equal(tell_link(sample.arena, &n), "/api/v1/sample/jobs/" SAMPLE_ROW);
    n.text = "plain";
    assert_string_equal(tell_text(sample.arena, LANG_ZH, &n), "有事");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(what_a_text_may_name),
        cmocka_unit_test(who_pays),
        cmocka_unit_test(how_it_reads),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
