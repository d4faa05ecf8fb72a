/* Who is to blame for a process that ended, and when that holds a plugin back. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/time.h"
#include "quarantine.h"
#include "watchdog.h"

enum { EXITED = 0, KILLED = SIGKILL, FAULT = SIGSEGV };

static struct {
    struct slots page;
    struct judge judge;
    char dir[64];
} t;

static int begin(void **state)
{
    (void)state;
    memset(&t, 0, sizeof t);
    str_format(t.dir, sizeof t.dir, "/tmp/wl-judge-XXXXXX");
    if (!mkdtemp(t.dir))
        return -1;
    t.judge = (struct judge){.table = &t.page.quarantine, .dir = t.dir, .limit = 3,
                             .window = 300 * 1000000LL};
    return 0;
}

static int end(void **state)
{
    struct arena *a = arena_new(1 << 16);
    const char *why = NULL;

    (void)state;
    quarantine_release(a, t.dir, "elderly", &why);
    arena_free(a);
    return rmdir(t.dir);
}

static struct crash_slot *in_flight(int thread, const char *plugin, enum slot_end how)
{
    struct crash_slot *s = &t.page.slot[1][thread];

    slot_enter(s, &(struct slot_entry){plugin, "1.0.0", "/a", "r", clock_mono() + 1000000});
    atomic_store(&s->end, how);
    return s;
}

static void ends(int status)
{
    watchdog_blame(&t.judge, "worker 1", t.page.slot[1], status);
    for (int i = 0; i < SLOTS_THREADS; i++)
        slot_leave(&t.page.slot[1][i]);
}

static bool held(const char *plugin)
{
    return quarantine_holds(t.judge.table, plugin, "1.0.0");
}

/* Times that one kind of end must come before the plugin is held back; 0: it never is. */
static int until_held(const char *plugin, void (*flight)(void), int status)
{
    for (int i = 1; i <= 5; i++) {
        flight();
        ends(status);
        if (held(plugin))
            return i;
    }
    return 0;
}

static void alone(void)
{
    in_flight(0, "elderly", SLOT_RUNS);
    in_flight(1, "elderly", SLOT_RUNS);
}

static void beside_another(void)
{
    in_flight(0, "children", SLOT_RUNS);
    in_flight(1, "elderly", SLOT_RUNS);
}

static void owned_up(void)
{
    in_flight(0, "children", SLOT_RUNS);
    in_flight(1, "elderly", SLOT_DIED);
    in_flight(2, "governance", SLOT_RUNS);
}

static void counted_before(void)
{
    in_flight(0, "elderly", SLOT_OVERDUE);
}

static void blame_goes_to_who_owned_up_or_was_alone(void **state)
{
    static const struct {
        void (*flight)(void);
        int status, held_after;
    } cases[] = {
        {owned_up, FAULT, 3},       {alone, EXITED, 3},
        {beside_another, FAULT, 0}, {alone, KILLED, 0},
        {counted_before, FAULT, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(NULL);
        assert_int_equal(until_held("elderly", cases[i].flight, cases[i].status),
                         cases[i].held_after);
        assert_false(held("children"));
        assert_false(held("governance"));
        end(NULL);
    }
    begin(NULL);
}

static void crashes_outside_the_window_do_not_add_up(void **state)
{
    (void)state;
    t.judge.window = 20000;
    for (int i = 0; i < 5; i++) {
        judge_count(&t.judge, "elderly", "1.0.0");
        usleep(15000);
    }
    assert_false(held("elderly"));
}

static void another_version_starts_anew(void **state)
{
    (void)state;
    judge_count(&t.judge, "elderly", "1.0.0");
    judge_count(&t.judge, "elderly", "1.0.0");
    judge_count(&t.judge, "elderly", "1.1.0");
    assert_false(held("elderly"));
    judge_count(&t.judge, "elderly", "1.0.0");
    assert_true(held("elderly"));
    assert_false(quarantine_holds(t.judge.table, "elderly", "1.1.0"));
}

static void what_a_dead_process_left_is_not_trusted(void **state)
{
    static const char *const bad[] = {"../elderly", "", "el derly", "a@b"};

    (void)state;
    for (int i = 0; i < 3; i++)
        for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
            judge_count(&t.judge, bad[k], "1.0.0");
            judge_count(&t.judge, "elderly", bad[k]);
        }
    assert_int_equal(atomic_load(&t.judge.table->n), 0);
}

static void an_overdue_call_counts_once(void **state)
{
    struct crash_slot *s = in_flight(3, "elderly", SLOT_RUNS);

    (void)state;
    assert_false(watchdog_overdue(&t.judge, "worker 1", t.page.slot[1], s->until));
    assert_true(watchdog_overdue(&t.judge, "worker 1", t.page.slot[1], s->until + 1));
    assert_false(watchdog_overdue(&t.judge, "worker 1", t.page.slot[1], s->until + 2));
    ends(KILLED);
    assert_string_equal(t.judge.crash[0].plugin, "elderly");
    assert_int_equal(t.judge.crash[1].at, 0);
}

static void a_file_keeps_it_and_its_absence_releases(void **state)
{
    struct arena *a = arena_new(1 << 16);
    struct judge next = t.judge;
    struct quarantine table;
    const char *why = NULL;

    (void)state;
    memset(&table, 0, sizeof table);
    for (int i = 0; i < 3; i++)
        judge_count(&t.judge, "elderly", "1.0.0");
    assert_string_equal(quarantine_list(a, t.dir, &why), "elderly 1.0.0");
    next.table = &table;
    judge_open(&next);
    judge_look(&next);
    assert_true(quarantine_holds(&table, "elderly", "1.0.0"));
    assert_false(quarantine_release(a, t.dir, "children", &why));
    assert_null(why);
    assert_true(quarantine_release(a, t.dir, "elderly", &why));
    judge_look(&next);
    assert_false(quarantine_holds(&table, "elderly", "1.0.0"));
    judge_look(&t.judge);
    judge_count(&t.judge, "elderly", "1.0.0"); /* and what was before is forgotten */
    assert_false(held("elderly"));
    arena_free(a);
}

static void without_a_folder_it_is_kept_in_mind(void **state)
{
    (void)state;
    t.judge.dir = "";
    for (int i = 0; i < 3; i++)
        judge_count(&t.judge, "elderly", "1.0.0");
    judge_look(&t.judge);
    assert_true(held("elderly"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blame_goes_to_who_owned_up_or_was_alone, begin, end),
        cmocka_unit_test_setup_teardown(crashes_outside_the_window_do_not_add_up, begin, end),
        cmocka_unit_test_setup_teardown(another_version_starts_anew, begin, end),
        cmocka_unit_test_setup_teardown(what_a_dead_process_left_is_not_trusted, begin, end),
        cmocka_unit_test_setup_teardown(an_overdue_call_counts_once, begin, end),
        cmocka_unit_test_setup_teardown(a_file_keeps_it_and_its_absence_releases, begin, end),
        cmocka_unit_test_setup_teardown(without_a_folder_it_is_kept_in_mind, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
