/* Restoring and relatives in a description: what is refused, in one line that says the mend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
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

static const struct wl_record base = {.name = "thing",
                                      .path = "things",
                                      .object = "thing",
                                      .sort = "created_at",
                                      .verbs = "list get delete restore",
                                      .retention_days = 30};

static void refused(const struct wl_record *d, const char *message)
{
    struct rec *r = arena_alloc(sample.arena, sizeof *r);
    const char *why = "";

    assert_false(rec_compile(sample.arena, &sample_plugin, false, d, r, &why));
    assert_string_equal(why, message);
}

static void restore_with_retention(void **state)
{
    struct rec *r = arena_alloc(sample.arena, sizeof *r);
    struct wl_record d = base;
    const char *why = "";

    (void)state;
    assert_true(rec_compile(sample.arena, &sample_plugin, false, &d, r, &why));
    d.retention_days = 0;
    refused(&d, "sample: record thing: verbs list get delete restore: restore needs"
                " retention_days, 1 to 36500: so long a deleted row is kept");
    d.retention_days = 36501;
    refused(&d, "sample: record thing: verbs list get delete restore: restore needs"
                " retention_days, 1 to 36500: so long a deleted row is kept");
    d.retention_days = 30;
    d.verbs = "list get restore";
    refused(&d, "sample: record thing: verbs list get restore: restore needs the verb delete");
    d.verbs = "list get delete";
    refused(&d, "sample: record thing: verbs list get delete: retention_days is set without the"
                " verb restore; name it in verbs");
}

static void action_refused(struct wl_action action, const char *message)
{
    static const struct wl_field fields[] = {
        {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
    };
    const struct wl_action actions[] = {action};
    struct wl_record d = base;

    d.fields = (struct wl_table)WL_ROWS(fields);
    d.actions = (struct wl_table)WL_ROWS(actions);
    d.states = "open done";
    refused(&d, arena_printf(sample.arena, "sample: record thing: action end: %s", message));
}

static void relatives_need_a_person(void **state)
{
    struct wl_action end = {.name = "end", .from = "open", .to = "done", .permission = "update"};

    (void)state;
    end.flags = WL_NOT_RELATIVE;
    action_refused(end, "WL_NOT_RELATIVE needs the record's `person`, a reference to"
                        " station.resident");
    end.flags = 128;
    action_refused(end, "has a flag this server does not know; it needs a newer server");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restore_with_retention),
        cmocka_unit_test(relatives_need_a_person),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
