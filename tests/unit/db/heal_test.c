/* The loop driver while connections and servers die; a connection made in want of memory. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/time.h"
#include "testdb.h"
#include "pump.h"

enum { ARENA = 64 << 20 };

static struct testdb cluster;
static struct arena *arena;
static struct pump pump;

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

/* One statement on a connection of its own. */
static int64_t ask(const char *sql)
{
    struct db_error e;
    char *why = NULL;
    struct db_conn *c = db_open(cluster.dsn, 10000, &why);
    if (!c)
        fail_msg("db_open: %s", why);
    struct db_rows *r = db_query(c, arena, sql, 0, NULL, &e);
    if (!r)
        fail_msg("%s: %s", sql, e.message);
    db_close(c);
    return rows_count(r) > 0 && rows_columns(r) > 0 ? rows_int(r, 0, 0) : 0;
}

static int test_start(void **state)
{
    (void)state;
    arena = arena_new(ARENA);
    ask("create table if not exists t (id int)");
    ask("truncate t");
    pump_open(&pump, cluster.dsn, 2, 2, 500, 3000);
    return pump_ready(&pump, 5000) ? 0 : -1;
}

static int test_stop(void **state)
{
    (void)state;
    pump_close(&pump);
    arena_free(arena);
    return 0;
}

static struct db_batch *batch_of(const struct db_stmt *s, bool repeatable)
{
    struct db_batch *b = batch_new(arena, 0);
    batch_add(b, s, 0, NULL);
    b->repeatable = repeatable;
    return b;
}

static void terminate_like(const char *pattern)
{
    ask(arena_printf(arena,
                     "select count(pg_terminate_backend(pid, 2000)) from pg_stat_activity "
                     "where pid <> pg_backend_pid() and backend_type = 'client backend' "
                     "and query like '%s'",
                     pattern));
}

static void killed_backend_by_the_batches_rule(void **state)
{
    (void)state;
    const struct db_stmt *insert = db_stmt_new("insert into t select 1 from pg_sleep(0.5)");
    struct db_batch *once = batch_of(insert, false), *again = batch_of(insert, true);
    pump_submit(&pump, LANE_WRITE, once);
    pump_submit(&pump, LANE_WRITE, again);
    pump_for(&pump, 150);
    terminate_like("insert into t%");
    assert_true(pump_until(&pump, 2, 8000));
    assert_int_equal(once->status, DB_UNAVAILABLE);
    assert_string_equal(once->error.sqlstate, "57P01");
    assert_int_equal(once->attempts, 1);
    assert_int_equal(again->status, DB_OK);
    assert_int_equal(again->attempts, 2);
    assert_int_equal(ask("select count(*) from t"), 1);
}

static void killed_pipeline_fails_each_by_its_rule(void **state)
{
    (void)state;
    enum { N = 24 };
    struct db_batch *b[N];
    const struct db_stmt *nap = db_stmt_new("select pg_sleep(0.1) /* pipeline */");
    for (int i = 0; i < N; i++) {
        b[i] = batch_of(nap, i % 3 != 0);
        pump_submit(&pump, LANE_QUICK, b[i]);
    }
    pump_for(&pump, 250);
    int done = pump.n; /* these stay done */
    assert_in_range(done, 1, N - 4);
    terminate_like("%pipeline%");
    assert_true(pump_until(&pump, N, 15000));
    for (int i = 0; i < N; i++) {
        assert_int_equal(pump_times(&pump, b[i]), 1);
        assert_true(b[i]->status == DB_OK || (b[i]->status == DB_UNAVAILABLE && !b[i]->repeatable));
    }
    /* What is sent again keeps its order, but for the pair of connections. */
    int64_t failed = 0;
    for (int i = 0; i < N; i++)
        failed += b[i]->status == DB_UNAVAILABLE;
    assert_in_range(failed, 1, N / 3);
}

static void killed_while_idle_is_not_noticed_by_anyone(void **state)
{
    (void)state;
    const struct db_stmt *insert = db_stmt_new("insert into t values (2)");
    struct db_batch *first = batch_of(insert, false);
    pump_submit(&pump, LANE_WRITE, first);
    assert_true(pump_until(&pump, 1, 3000));
    ask("select count(pg_terminate_backend(pid, 2000)) from pg_stat_activity "
        "where pid <> pg_backend_pid() and backend_type = 'client backend'");
    struct db_batch *second = batch_of(insert, false); /* the loop has not stepped meanwhile */
    pump_submit(&pump, LANE_WRITE, second);
    assert_true(pump_until(&pump, 2, 3000));
    assert_int_equal(second->status, DB_OK);
    assert_int_equal(second->attempts, 1);
}

static void crash_of_a_backend_restarts_all(void **state)
{
    (void)state;
    const struct db_stmt *nap = db_stmt_new("select pg_sleep(0.4), pg_backend_pid()");
    struct db_batch *b[4];
    for (int i = 0; i < 4; i++) {
        b[i] = batch_of(nap, true);
        pump_submit(&pump, i % 2 ? LANE_WRITE : LANE_QUICK, b[i]);
    }
    pump_for(&pump, 100);
    pid_t victim = (pid_t)ask("select pid from pg_stat_activity where query like '%pg_sleep(0.4)%' "
                              "and pid <> pg_backend_pid() limit 1");
    kill(victim, SIGKILL); /* the postmaster then ends all others, with 57P02 */
    assert_true(pump_until(&pump, 4, 10000));
    for (int i = 0; i < 4; i++) {
        assert_int_equal(b[i]->status, DB_OK);
        assert_in_range(b[i]->attempts, 2, 4); /* a quick one is hit again before all are down */
    }
}

/* A stream of writes goes on while the postmaster is killed and started again. */
static void killed_postmaster_heals(void **state)
{
    (void)state;
    enum { N = 200 };
    struct db_batch *b[N];
    const struct db_stmt *insert = db_stmt_new("insert into t values (3)");
    const struct db_stmt *read = db_stmt_new("select count(*) from t");
    pump_close(&pump);
    pump_open(&pump, cluster.dsn, 2, 2, 500, 20000);
    assert_true(pump_ready(&pump, 5000));
    for (int i = 0; i < N; i++) {
        b[i] = i % 4 ? batch_of(read, true) : batch_of(insert, false);
        pump_submit(&pump, i % 4 ? LANE_QUICK : LANE_WRITE, b[i]);
        if (i == N / 2) {
            testdb_kill(&cluster);
            for (int k = 0; k < 50 && db_loop_ready(pump.loop); k++)
                pump_for(&pump, 100); /* orphaned backends go when they notice */
            assert_false(db_loop_ready(pump.loop));
        }
        pump_for(&pump, 2);
    }
    assert_true(testdb_start(&cluster));
    assert_true(pump_until(&pump, N, 20000));
    assert_true(db_loop_ready(pump.loop));
    int64_t acknowledged = 0, unknown = 0;
    for (int i = 0; i < N; i++) {
        assert_int_equal(pump_times(&pump, b[i]), 1);
        if (i % 4)
            assert_int_equal(b[i]->status, DB_OK);
        else if (b[i]->status == DB_OK)
            acknowledged++;
        else
            unknown++;
    }
    assert_in_range(unknown, 0, 2); /* at most one a connection */
    assert_in_range(ask("select count(*) from t where id = 3"), acknowledged,
                    acknowledged + unknown);
}

static void without_a_server_it_says_so_in_time(void **state)
{
    (void)state;
    pump_close(&pump);
    pump_open(&pump, "host=/nonexistent dbname=postgres", 1, 1, 10, 500);
    const struct db_stmt *one = db_stmt_new("select 1");
    int64_t before = clock_mono();
    struct db_batch *b = batch_of(one, true), *soon = batch_of(one, true);
    soon->deadline = before + 100000;
    pump_submit(&pump, LANE_QUICK, b);
    pump_submit(&pump, LANE_QUICK, soon);
    assert_true(pump_until(&pump, 1, 3000));
    assert_ptr_equal(pump.done[0], soon);
    assert_in_range(clock_mono() - before, 90000, 2000000);
    assert_true(pump_until(&pump, 2, 3000));
    assert_in_range(clock_mono() - before, 490000, 1500000);
    assert_int_equal(b->status, DB_UNAVAILABLE);
    assert_int_equal(b->attempts, 0);
    assert_string_equal(b->error.sqlstate, "08006");
    assert_false(db_loop_ready(pump.loop));
}

/* A listener that accepts and never answers. */
static int mute_server(const char *dir)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%s/.s.PGSQL.5499", dir);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 16) != 0)
        fail_msg("mute server");
    return fd;
}

static void mute_server_blocks_nothing(void **state)
{
    (void)state;
    int fd = mute_server(cluster.dir);
    char *why = NULL;
    const char *dsn = arena_printf(arena, "host=%s port=5499 dbname=postgres", cluster.dir);
    pump_close(&pump);
    pump_open(&pump, dsn, 1, 1, 10, 500);
    struct db_batch *b = batch_of(db_stmt_new("select 1"), true);
    int64_t before = clock_mono();
    pump_submit(&pump, LANE_WRITE, b);
    assert_true(pump_until(&pump, 1, 3000));
    assert_int_equal(b->status, DB_UNAVAILABLE);
    assert_in_range(clock_mono() - before, 490000, 1500000);
    before = clock_mono();
    assert_null(db_open(dsn, 400, &why));
    assert_in_range(clock_mono() - before, 390000, 1500000);
    assert_non_null(strstr(why, "timeout"));
    db_why_free(why);
    close(fd);
}

/* A backend that is stopped answers neither its query nor a cancel. */
static void stopped_backend_is_given_up(void **state)
{
    (void)state;
    const struct db_stmt *nap = db_stmt_new("select pg_sleep(0.3) /* stopped */");
    struct db_batch *b = batch_of(nap, true);
    b->deadline = clock_mono() + 600000;
    pump_submit(&pump, LANE_WRITE, b);
    pump_for(&pump, 50);
    pid_t victim = (pid_t)ask("select pid from pg_stat_activity where query like '%stopped%' "
                              "and pid <> pg_backend_pid()");
    kill(victim, SIGSTOP);
    assert_true(pump_until(&pump, 1, 9000));
    kill(victim, SIGCONT);
    assert_int_equal(b->status, DB_UNAVAILABLE);
    struct db_batch *next = batch_of(nap, true);
    pump_submit(&pump, LANE_WRITE, next);
    assert_true(pump_until(&pump, 2, 3000));
    assert_int_equal(next->status, DB_OK);
}

/* A server that has become a standby refuses writes: the connection is replaced, the batch waits.
 */
static void read_only_server_is_left(void **state)
{
    (void)state;
    const struct db_stmt *insert = db_stmt_new("insert into t values (4)");
    struct db_batch *b = batch_of(insert, true);
    ask("alter system set default_transaction_read_only = on");
    ask("select pg_reload_conf()");
    pump_for(&pump, 300);
    pump_submit(&pump, LANE_WRITE, b);
    pump_for(&pump, 500);
    assert_int_equal(pump.n, 0);
    char *why = NULL;
    struct db_error e;
    struct db_conn *c = db_open(cluster.dsn, 5000, &why);
    assert_int_equal(db_script(c, arena, "set transaction_read_only = off; ", &e), DB_OK);
    assert_int_equal(db_script(c, arena, "alter system reset default_transaction_read_only", &e),
                     DB_OK);
    assert_int_equal(db_script(c, arena, "select pg_reload_conf()", &e), DB_OK);
    db_close(c);
    assert_true(pump_until(&pump, 1, 3000));
    assert_int_equal(b->status, DB_OK);
    assert_in_range(b->attempts, 2, 60);
}

static bool starved; /* libpq has no memory to read a connection string, once */

struct _PQconninfoOption *PQconninfoParse(const char *dsn, char **why);

/* Stands before libpq's. */
struct _PQconninfoOption *PQconninfoParse(const char *dsn, char **why)
{
    static __typeof__(PQconninfoParse) *real;

    if (!real)
        real = (__typeof__(PQconninfoParse) *)(uintptr_t)dlsym(RTLD_NEXT, "PQconninfoParse");
    if (!starved)
        return real(dsn, why);
    starved = false;
    return NULL;
}

static void options_of_the_dsn_outlast_a_want_of_memory(void **state)
{
    (void)state;
    char *why = NULL;
    struct db_error e;
    starved = true;
    struct db_conn *c = db_open(
        arena_printf(arena, "%s options='-c work_mem=1234kB'", cluster.dsn), 5000, &why);
    assert_non_null(c);
    assert_false(starved);
    struct db_rows *r =
        db_query(c, arena, "select current_setting('work_mem')", 0, NULL, &e);
    assert_non_null(r);
    assert_string_equal(rows_text(r, 0, 0), "1234kB");
    db_close(c);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, test_start, test_stop)
    const struct CMUnitTest tests[] = {
        T(killed_backend_by_the_batches_rule),
        T(killed_pipeline_fails_each_by_its_rule),
        T(killed_while_idle_is_not_noticed_by_anyone),
        T(crash_of_a_backend_restarts_all),
        T(killed_postmaster_heals),
        T(without_a_server_it_says_so_in_time),
        T(mute_server_blocks_nothing),
        T(stopped_backend_is_given_up),
        T(read_only_server_is_left),
        T(options_of_the_dsn_outlast_a_want_of_memory),
    };
    return cmocka_run_group_tests_name("db_heal", tests, group_start, group_stop);
}
