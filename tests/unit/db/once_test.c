/* Questions that processes ask together: one of them asks, nobody believes what is older than he
 * is, and nobody waits for one who died. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/time.h"
#include "db/once.h"
#include "testdb.h"

enum { ARENA = 64 << 20, SECOND = 1000 * 1000, CROWD = 6, HEAD = 64 };

static struct testdb cluster;
static struct arena *arena;
static int file;

static struct db_conn *reach(void)
{
    char *why = NULL;
    struct db_conn *c = db_open(cluster.dsn, 10000, &why);

    if (!c)
        fail_msg("db_open: %s", why);
    return c;
}

static int group_start(void **state)
{
    (void)state;
    return testdb_new(&cluster) ? 0 : -1;
}

static int group_stop(void **state)
{
    (void)state;
    testdb_free(&cluster);
    return 0;
}

static int test_start(void **state)
{
    struct db_error e;
    struct db_conn *c;

    (void)state;
    arena = arena_new(ARENA);
    file = once_create();
    c = reach();
    db_script(c, arena, "drop sequence if exists asked; create sequence asked", &e);
    db_close(c);
    return file >= 0 ? 0 : -1;
}

static int test_stop(void **state)
{
    (void)state;
    close(file);
    arena_free(arena);
    return 0;
}

/* Counts itself where no rollback takes it back, and takes its time. */
static struct question count_question(void)
{
    static const struct db_stmt *stmt;

    if (!stmt)
        stmt = db_stmt_new("select nextval('asked'), '', null, 'x' from pg_sleep(0.3)");
    return (struct question){.stmt = stmt};
}

/* How often that was asked so far, as this process is told. */
static int count_ask(int64_t since)
{
    struct question q[2] = {count_question(), {.stmt = db_stmt_new("select 1 where false")}};
    struct answer x[2] = {{0}};
    struct db_error e;
    struct db_conn *c = reach();

    assert_true(once_open(file, since));
    assert_true(once_ask(arena, c, q, 2, x, &e));
    db_close(c);
    assert_int_equal(x[0].rows, 1);
    assert_int_equal(x[0].columns, 4);
    assert_string_equal(x[0].cell[1], "");
    assert_string_equal(x[0].cell[2], "");
    assert_string_equal(x[0].cell[3], "x");
    assert_int_equal(x[1].rows, 0);
    return x[0].cell[0][0] - '0';
}

static pid_t asker_start(int64_t since)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(count_ask(since));
    return pid;
}

static int asker_end(pid_t pid)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_crowd_asks_once(void **state)
{
    int64_t now = clock_mono();
    pid_t pid[CROWD];

    (void)state;
    for (int i = 0; i < CROWD; i++)
        pid[i] = asker_start(now);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(asker_end(pid[i]), 1);
    assert_int_equal(count_ask(now), 1);
}

static void who_began_later_asks_anew(void **state)
{
    (void)state;
    assert_int_equal(count_ask(clock_mono()), 1);
    assert_int_equal(count_ask(clock_mono()), 2);
}

static void the_dead_keep_nobody_waiting(void **state)
{
    const struct timespec moment = {.tv_nsec = 150 * 1000 * 1000};
    int64_t began = clock_mono();
    pid_t pid = asker_start(began);

    (void)state;
    nanosleep(&moment, NULL);
    kill(pid, SIGKILL);
    assert_int_equal(asker_end(pid), -1);
    assert_in_range(count_ask(began), 1, 2);
    assert_true(clock_mono() - began < 5 * SECOND);
}

static void one_who_sleeps_is_waited_for_only_so_long(void **state)
{
    const struct timespec moment = {.tv_nsec = 150 * 1000 * 1000};
    int64_t began = clock_mono();
    pid_t pid = asker_start(began);

    (void)state;
    nanosleep(&moment, NULL);
    kill(pid, SIGSTOP);
    count_ask(began);
    assert_in_range(clock_mono() - began, 5 * SECOND, 20 * SECOND);
    kill(pid, SIGKILL);
    asker_end(pid);
}

/* Whatever stands in the file: it is a whole answer to this question, or it is asked. */
static void what_was_spoilt_is_asked(void **state)
{
    int64_t now = clock_mono();
    int asked = 1;

    (void)state;
    assert_int_equal(count_ask(now), asked);
    for (off_t at = 8; at < HEAD; at += 8) {
        char byte;

        assert_int_equal(pread(file, &byte, 1, at), 1);
        byte ^= 0x55;
        assert_int_equal(pwrite(file, &byte, 1, at), 1);
        assert_int_equal(count_ask(now), ++asked);
    }
    assert_int_equal(ftruncate(file, 10), 0);
    assert_false(once_open(file, now));
}

static void a_refusal_is_nobody_elses(void **state)
{
    const struct question q = {.stmt = db_stmt_new("select 1 / 0")};
    struct answer x;
    struct db_error e;
    struct db_conn *c = reach();

    (void)state;
    assert_true(once_open(file, clock_mono()));
    assert_false(once_ask(arena, c, &q, 1, &x, &e));
    assert_string_equal(e.sqlstate, "22012");
    db_close(c);
    assert_int_equal(count_ask(clock_mono()), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_crowd_asks_once, test_start, test_stop),
        cmocka_unit_test_setup_teardown(who_began_later_asks_anew, test_start, test_stop),
        cmocka_unit_test_setup_teardown(the_dead_keep_nobody_waiting, test_start, test_stop),
        cmocka_unit_test_setup_teardown(one_who_sleeps_is_waited_for_only_so_long, test_start,
                                        test_stop),
        cmocka_unit_test_setup_teardown(what_was_spoilt_is_asked, test_start, test_stop),
        cmocka_unit_test_setup_teardown(a_refusal_is_nobody_elses, test_start, test_stop),
    };

    return cmocka_run_group_tests(tests, group_start, group_stop);
}
