/* Paces: how many at once and how many later, whoever else is on the page, in whichever process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/pace.h"

enum { LINE = 8 };
static const int64_t SECOND = 1000 * 1000;

static const int64_t now = INT64_C(1000) * 1000 * 1000;

static uint64_t key_of(uint64_t who, uint64_t line)
{
    return who << 48 | line;
}

static int taken(uint64_t key, int per_minute, int64_t at, int tries)
{
    int n = 0;

    for (int i = 0; i < tries; i++)
        n += pace_take(key, (struct pace){per_minute, 60}, at) == 0;
    return n;
}

static void a_minutes_worth_at_once_then_at_its_pace(void **state)
{
    uint64_t key = key_of(1, 1);

    (void)state;
    assert_int_equal(taken(key, 60, now, 100), 60);
    assert_int_equal(pace_take(key, (struct pace){60, 60}, now), 1);
    assert_int_equal(pace_wait(key, (struct pace){60, 60}, now), 1);
    assert_int_equal(taken(key, 60, now + 999999, 10), 0); /* nor does trying put it off */
    assert_int_equal(taken(key, 60, now + SECOND, 10), 1);
    assert_int_equal(taken(key, 60, now + 11 * SECOND, 100), 10);
    assert_int_equal(taken(key, 60, now + 600 * SECOND, 100), 60);
}

static void how_long_to_wait_is_what_it_takes(void **state)
{
    (void)state;
    for (int per_minute = 1; per_minute < 200; per_minute += 7) {
        uint64_t key = key_of(1, 10 + (uint64_t)per_minute);
        int64_t wait;

        assert_int_equal(taken(key, per_minute, now, 2 * per_minute), per_minute);
        wait = pace_take(key, (struct pace){per_minute, 60}, now);
        assert_in_range(wait, 1, 60);
        for (int i = 0; i < 3; i++) /* asking counts nothing */
            assert_int_equal(pace_wait(key, (struct pace){per_minute, 60}, now + wait * SECOND), 0);
        assert_int_equal(taken(key, per_minute, now + wait * SECOND, 1), 1);
    }
}

static void strangers_of_one_line_do_not_count_together(void **state)
{
    (void)state;
    for (uint64_t who = 1; who <= LINE; who++)
        assert_int_equal(taken(key_of(who, 3), 5, now, 10), 5);
    assert_int_equal(taken(key_of(LINE + 1, 3), 5, now, 10), 10); /* no room: nobody is refused */
    assert_int_equal(taken(key_of(LINE + 1, 3), 5, now + 60 * SECOND, 10), 5);
}

static void processes_count_together(void **state)
{
    int fd = pace_page_create();
    pid_t pid[4];
    int all = 0;

    (void)state;
    assert_true(pace_open(fd));
    for (int p = 0; p < 4; p++) {
        pid[p] = fork();
        if (pid[p] == 0)
            _exit(taken(key_of(1, 4), 100, now, 1000));
    }
    for (int p = 0; p < 4; p++) {
        int status;

        waitpid(pid[p], &status, 0);
        all += WEXITSTATUS(status);
    }
    assert_int_equal(all, 100);
    close(fd);
}

static void another_versions_page_is_refused(void **state)
{
    int fd[2];

    (void)state;
    assert_int_equal(pipe(fd), 0);
    assert_false(pace_open(fd[0]));
    assert_false(pace_open(-1));
    close(fd[0]);
    close(fd[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minutes_worth_at_once_then_at_its_pace),
        cmocka_unit_test(how_long_to_wait_is_what_it_takes),
        cmocka_unit_test(strangers_of_one_line_do_not_count_together),
        cmocka_unit_test(processes_count_together),
        cmocka_unit_test(another_versions_page_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
