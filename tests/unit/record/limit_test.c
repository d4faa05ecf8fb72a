/* Limits of a description: what is refused, and the SQL that makes a clock stand and run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "record/limit.h"
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
    {.name = "due", .type = WL_TIME, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
    {.name = "given", .type = WL_TIME, .sensitivity = WL_CLASS_1},
    {.name = "day", .type = WL_DATE, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
    {.name = "grave", .type = WL_TIME, .sensitivity = WL_CLASS_3, .flags = WL_COMPUTED},
    {.name = "taken", .type = WL_TIME, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
    {.name = "taken_held", .type = WL_TIME, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
    {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED},
};

static const struct wl_action actions[] = {
    {.name = "hand_over", .from = "open", .to = "waiting", .permission = "update"},
    {.name = "park", .from = "open waiting", .to = "parked", .permission = "update"},
    {.name = "resume", .from = "waiting parked", .to = "open", .permission = "update"},
    {.name = "switch", .from = "waiting", .to = "parked", .permission = "update"},
    {.name = "touch", .from = "open", .to = "open", .permission = "update"},
    {.name = "finish", .from = "open waiting parked", .to = "done", .permission = "update"},
};

static const struct wl_record base = {.name = "thing",
                                      .path = "things",
                                      .object = "thing",
                                      .fields = WL_ROWS(fields),
                                      .actions = WL_ROWS(actions),
                                      .states = "open waiting parked done",
                                      .sort = "created_at",
                                      .verbs = "list get"};

static struct rec *compiled(const struct wl_record *d, const char **why)
{
    struct rec *r = arena_alloc(sample.arena, sizeof *r);
    return rec_compile(sample.arena, &sample_plugin, false, d, r, why) ? r : NULL;
}

static void refused(struct wl_limit l, const char *message)
{
    const struct wl_limit limits[] = {l};
    struct wl_record d = base;
    const char *why = "";

    d.limits = (struct wl_table)WL_ROWS(limits);
    assert_null(compiled(&d, &why));
    assert_string_equal(why, arena_printf(sample.arena, "sample: record thing: limit %s: %s",
                                          l.due ? l.due : "?", message));
}

static void what_is_refused(void **state)
{
    static const char name[] = "`due` must name a field of the record";
    static const char type[] = "`due` must be WL_TIME and WL_COMPUTED: the host moves it";
    static const char states[] = "`held` and `ended` must name states of the record";

    (void)state;
    refused((struct wl_limit){.ended = "done"}, name);
    refused((struct wl_limit){.due = "dew", .ended = "done"}, name);
    refused((struct wl_limit){.due = "given", .ended = "done"}, type);
    refused((struct wl_limit){.due = "day", .ended = "done"}, type);
    refused((struct wl_limit){.due = "grave", .ended = "done"},
            "`due` must be below class 3: lists tell who is overdue");
    refused((struct wl_limit){.due = "due"},
            "`ended` must name the states in which it no longer counts");
    refused((struct wl_limit){.due = "due", .ended = "done gone"}, states);
    refused((struct wl_limit){.due = "due", .held = "don", .ended = "done"}, states);
    refused((struct wl_limit){.due = "due", .held = "waiting done", .ended = "done"},
            "a state cannot be both held and ended; name it once");
    refused((struct wl_limit){.due = "due", .held = "open", .ended = "done"},
            "the first state cannot be held: nothing would note since when");
    refused((struct wl_limit){.due = "due", .ended = "done", .policy = WL_SQL("'a.b'")},
            "`policy` says how a held limit moves on; name states in `held` or drop it");
    refused(
        (struct wl_limit){
            .due = "due", .held = "waiting", .ended = "done", .policy = WL_SQL("'a'; --")},
        "policy must be one SQL expression: no ';', '$' or comment, brackets and quotes "
        "closed");
    refused((struct wl_limit){.due = "taken", .held = "waiting", .ended = "done"},
            "a field has the name of its column <due>_held; rename the field");
}

static void twice_and_without_states(void **state)
{
    static const struct wl_limit twice[] = {{.due = "due", .ended = "done"},
                                            {.due = "due", .ended = "done"}};
    static const struct wl_limit one[] = {{.due = "due", .ended = "done"}};
    struct wl_record d = base;
    const char *why = "";

    (void)state;
    d.limits = (struct wl_table)WL_ROWS(twice);
    assert_null(compiled(&d, &why));
    assert_string_equal(why, "sample: record thing: limit due: declared twice; drop one");
    d.limits = (struct wl_table)WL_ROWS(one);
    d.states = NULL;
    d.actions = (struct wl_table){NULL, 0, 0};
    assert_null(compiled(&d, &why));
    assert_string_equal(why, "sample: record thing: limit due: the record has no states; give it "
                             "`states` or drop the limit");
}

static const char *set_of(const struct rec *r, int action)
{
    struct buf b;
    buf_init(&b, 4096);
    limits_set_add(&b, r, &r->actions[action]);
    const char *text = arena_strndup(sample.arena, b.n ? b.p : "", b.n);
    buf_free(&b);
    return text;
}

static void clocks_stand_and_run(void **state)
{
    static const struct wl_limit limits[] = {
        {.due = "due", .held = "waiting parked", .ended = "done", .policy = WL_SQL("'a.b'")}};
    static const char moves[] =
        ", due = case when t.due_held is null then t.due else core.due_moved('a.b', t.due,"
        " t.due_held, now()) end, due_held = null";
    struct wl_record d = base;
    const char *why = "";

    (void)state;
    d.limits = (struct wl_table)WL_ROWS(limits);
    const struct rec *r = compiled(&d, &why);
    assert_non_null(r);
    assert_string_equal(r->columns[r->ncolumns - 1].name, "due_held");
    assert_int_equal(r->columns[r->ncolumns - 1].field, -1);
    assert_string_equal(set_of(r, 0), ", due_held = now()");
    assert_string_equal(set_of(r, 1), ", due_held = case when t.state in ('waiting', 'parked')"
                                      " then t.due_held else now() end");
    assert_string_equal(set_of(r, 2), moves);
    assert_string_equal(set_of(r, 3), "");
    assert_string_equal(set_of(r, 4), "");
    assert_string_equal(set_of(r, 5), moves);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(twice_and_without_states),
        cmocka_unit_test(clocks_stand_and_run),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
