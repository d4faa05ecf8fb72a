/* The loop driver while the server is well: order, lanes, errors, deadlines, cancelling, ceilings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/time.h"
#include "testdb.h"
#include "pump.h"

enum { ARENA = 256 << 20 };

static struct testdb cluster;
static struct db_conn *admin;
static struct arena *arena;
static struct pump pump;

static void script(const char *sql)
{
    struct db_error e;
    if (db_script(admin, arena, sql, &e) != DB_OK)
        fail_msg("%s: %s", sql, e.message);
}

static int64_t number(const char *sql)
{
    struct db_error e;
    struct db_rows *r = db_query(admin, arena, sql, 0, NULL, &e);
    if (!r)
        fail_msg("%s: %s", sql, e.message);
    return rows_int(r, 0, 0);
}

static int group_start(void **state)
{
    char *why = NULL;
    (void)state;
    if (!testdb_new(&cluster))
        return -1;
    admin = db_open(cluster.dsn, 10000, &why);
    db_why_free(why);
    return admin ? 0 : -1;
}

static int group_stop(void **state)
{
    (void)state;
    db_close(admin);
    testdb_free(&cluster);
    return 0;
}

static int test_start(void **state)
{
    (void)state;
    arena = arena_new(ARENA);
    script("drop table if exists t; create table t (id int primary key, body text); "
           "insert into t values (1, 'a'), (2, 'b')");
    pump_open(&pump, cluster.dsn, 1, 2, 100, 3000);
    return pump_ready(&pump, 5000) ? 0 : -1;
}

static int test_stop(void **state)
{
    (void)state;
    pump_close(&pump);
    arena_free(arena);
    return 0;
}

static struct db_batch *batch_in(int ms, const char *sql)
{
    struct db_batch *b = batch_new(arena, ms ? clock_mono() + (int64_t)ms * 1000 : 0);
    batch_add(b, db_stmt_new(sql), 0, NULL);
    return b;
}

static struct db_batch *batch_of(const char *sql)
{
    return batch_in(0, sql);
}

static void ordinary_batch(void **state)
{
    (void)state;
    const char *params[] = {"3", "丙"};
    struct db_batch *b = batch_new(arena, clock_mono() + 5000000);
    batch_add(b, db_stmt_new("insert into t values ($1::int, $2)"), 2, params);
    batch_add(b, db_stmt_new("select id, body from t order by id"), 0, NULL);
    pump_submit(&pump, LANE_WRITE, b);
    assert_int_equal(db_loop_pending(pump.loop), 1);
    assert_true(pump_until(&pump, 1, 5000));
    assert_int_equal(db_loop_pending(pump.loop), 0);
    assert_int_equal(b->status, DB_OK);
    assert_int_equal(b->attempts, 1);
    assert_int_equal(rows_affected(b->item[0].rows), 1);
    assert_int_equal(rows_count(b->item[1].rows), 3);
    assert_string_equal(rows_text(b->item[1].rows, 2, 1), "丙");
}

static void error_in_the_middle_undoes_all(void **state)
{
    (void)state;
    const struct db_stmt *five = db_stmt_new("insert into t values (5)");
    for (int i = 0; i < 2; i++) {
        struct db_batch *b = batch_new(arena, 0);
        batch_add(b, five, 0, NULL);
        batch_add(b, db_stmt_new("select 1 / (id - 5) from t"), 0, NULL);
        batch_add(b, db_stmt_new("select 1"), 0, NULL);
        pump_submit(&pump, LANE_WRITE, b);
        assert_true(pump_until(&pump, i + 1, 5000));
        assert_int_equal(b->status, DB_REFUSED);
        assert_string_equal(b->error.sqlstate, "22012"); /* and not 23505 the second time */
        assert_int_equal(b->error.stmt, 1);
    }
    assert_int_equal(number("select count(*) from t"), 2);
    assert_int_equal(
        number("select count(*) from pg_stat_activity where state like '%transaction%'"), 0);
}

static void neighbours_of_an_error_are_unharmed(void **state)
{
    (void)state;
    struct db_batch *b[9];
    const struct db_stmt *good = db_stmt_new("select 1"), *bad = db_stmt_new("select 1 / 0");
    for (int i = 0; i < 9; i++) {
        b[i] = batch_new(arena, 0);
        batch_add(b[i], i % 3 == 1 ? bad : good, 0, NULL);
        pump_submit(&pump, LANE_QUICK, b[i]);
    }
    assert_true(pump_until(&pump, 9, 5000));
    for (int i = 0; i < 9; i++)
        assert_int_equal(b[i]->status, i % 3 == 1 ? DB_REFUSED : DB_OK);
}

static void failed_prepare_names_its_error_to_all(void **state)
{
    (void)state;
    struct db_batch *b[6];
    const struct db_stmt *bad = db_stmt_new("select id from missing");
    for (int i = 0; i < 6; i++) { /* the later ones are on their way before the first has failed */
        b[i] = batch_new(arena, 0);
        batch_add(b[i], bad, 0, NULL);
        pump_submit(&pump, LANE_QUICK, b[i]);
    }
    assert_true(pump_until(&pump, 6, 5000));
    for (int i = 0; i < 6; i++) {
        assert_int_equal(b[i]->status, DB_REFUSED);
        assert_string_equal(b[i]->error.sqlstate, "42P01");
        assert_int_equal(b[i]->attempts, 1);
    }
    script("create table missing (id int)");
    struct db_batch *now = batch_new(arena, 0);
    batch_add(now, bad, 0, NULL);
    pump_submit(&pump, LANE_QUICK, now);
    assert_true(pump_until(&pump, 7, 5000));
    assert_int_equal(now->status, DB_OK);
    script("drop table missing");
}

static void sixteen_deep_keep_their_order(void **state)
{
    (void)state;
    enum { N = 64 };
    const struct db_stmt *echo = db_stmt_new("select $1::int, pg_backend_pid()");
    struct db_batch *b[N];
    for (int i = 0; i < N; i++) {
        const char **params = arena_alloc(arena, sizeof *params);
        params[0] = arena_printf(arena, "%d", i);
        b[i] = batch_new(arena, 0);
        batch_add(b[i], echo, 1, params);
        pump_submit(&pump, LANE_QUICK, b[i]);
        /* What fits is on its way, the rest waits. */
        assert_int_equal(b[i]->attempts, i < 16 ? 1 : 0);
    }
    assert_true(pump_until(&pump, N, 5000));
    for (int i = 0; i < N; i++) {
        assert_ptr_equal(pump.done[i], b[i]);
        assert_int_equal(b[i]->status, DB_OK);
        assert_int_equal(rows_int(b[i]->item[0].rows, 0, 0), i);
        assert_int_equal(rows_int(b[i]->item[0].rows, 0, 1), rows_int(b[0]->item[0].rows, 0, 1));
    }
}

static void waiting_write_blocks_nobody(void **state)
{
    (void)state;
    script("begin; update t set body = 'held' where id = 1");
    struct db_batch *held = batch_of("update t set body = 'mine' where id = 1");
    struct db_batch *other = batch_of("update t set body = 'other' where id = 2");
    struct db_batch *third = batch_of("insert into t values (3)");
    struct db_batch *read = batch_of("select * from t");
    pump_submit(&pump, LANE_WRITE, held);
    pump_submit(&pump, LANE_WRITE, other);
    pump_submit(&pump, LANE_WRITE, third);
    pump_submit(&pump, LANE_QUICK, read);
    assert_true(pump_until(&pump, 3, 5000));
    assert_int_equal(pump_times(&pump, held), 0);
    script("commit");
    assert_true(pump_until(&pump, 4, 5000));
    assert_int_equal(held->status, DB_OK);
}

static void changed_table_is_prepared_anew(void **state)
{
    (void)state;
    const struct db_stmt *all = db_stmt_new("select * from t");
    struct db_batch *b[4];
    for (int i = 0; i < 4; i++) {
        b[i] = batch_new(arena, 0);
        batch_add(b[i], all, 0, NULL);
    }
    pump_submit(&pump, LANE_QUICK, b[0]);
    assert_true(pump_until(&pump, 1, 5000));
    script("alter table t add column more int");
    for (int i = 1; i < 4; i++)
        pump_submit(&pump, LANE_QUICK, b[i]);
    assert_true(pump_until(&pump, 4, 5000));
    for (int i = 1; i < 4; i++) {
        assert_int_equal(b[i]->status, DB_OK);
        assert_int_equal(rows_columns(b[i]->item[0].rows), 3);
        assert_int_equal(b[i]->attempts, 1);
    }
}

static void serialization_failure_is_repeated(void **state)
{
    (void)state;
    script("drop sequence if exists tries; create sequence tries; "
           "create or replace function third_time() returns bigint language plpgsql as "
           "$$declare n bigint = nextval('tries'); begin if n < 3 then "
           "raise 'again' using errcode = '40P01'; end if; return n; end$$");
    struct db_batch *b = batch_of("select third_time()");
    b->repeatable = true;
    pump_submit(&pump, LANE_WRITE, b);
    assert_true(pump_until(&pump, 1, 5000));
    assert_int_equal(b->status, DB_OK);
    assert_int_equal(b->attempts, 3);
}

static void retries_end(void **state)
{
    (void)state;
    pump_close(&pump);
    pump_open(&pump, cluster.dsn, 1, 1, 10, 400);
    assert_true(pump_ready(&pump, 5000));
    script("create or replace function never() returns int language plpgsql as "
           "$$begin raise 'again' using errcode = '40001'; end$$");
    struct db_batch *b = batch_of("select never()");
    b->repeatable = true;
    int64_t before = clock_mono();
    pump_submit(&pump, LANE_WRITE, b);
    assert_true(pump_until(&pump, 1, 5000));
    assert_int_equal(b->status, DB_UNAVAILABLE);
    assert_string_equal(b->error.sqlstate, "40001");
    assert_in_range(b->attempts, 3, 30);
    assert_in_range(clock_mono() - before, 350000, 1500000);
}

/* --- time --- */

static void deadline_of_a_running_write_cancels(void **state)
{
    (void)state;
    struct db_batch *b = batch_in(300, "select pg_sleep(20)");
    int64_t before = clock_mono();
    pump_submit(&pump, LANE_WRITE, b);
    assert_true(pump_until(&pump, 1, 5000));
    assert_in_range(clock_mono() - before, 290000, 2000000);
    assert_int_equal(b->status, DB_REFUSED);
    assert_string_equal(b->error.sqlstate, "57014");
}

static void deadline_while_waiting(void **state)
{
    (void)state;
    struct db_batch *first = batch_of("select pg_sleep(0.6)"),
                    *second = batch_of("select pg_sleep(0.6)");
    struct db_batch *late = batch_in(200, "insert into t values (4)");
    pump_submit(&pump, LANE_WRITE, first);
    pump_submit(&pump, LANE_WRITE, second);
    pump_submit(&pump, LANE_WRITE, late);
    assert_true(pump_until(&pump, 3, 5000));
    assert_ptr_equal(pump.done[0], late);
    assert_int_equal(late->status, DB_UNAVAILABLE);
    assert_int_equal(late->attempts, 0);
    assert_int_equal(first->status, DB_OK);
    assert_int_equal(number("select count(*) from t"), 2);
}

static void quick_statements_have_a_timeout(void **state)
{
    (void)state;
    struct db_batch *b = batch_in(100, "select set_config('statement_timeout', '400', true)");
    batch_add(b, db_stmt_new("select pg_sleep(20)"), 0, NULL);
    pump_submit(&pump, LANE_QUICK, b);
    db_loop_cancel(pump.loop, b); /* leaves it alone: others may be running behind it */
    assert_true(pump_until(&pump, 1, 5000));
    assert_int_equal(b->status, DB_CANCELLED);
    struct db_batch *session = batch_of("select current_setting('statement_timeout')");
    pump_submit(&pump, LANE_QUICK, session);
    assert_true(pump_until(&pump, 2, 5000));
    assert_string_equal(rows_text(session->item[0].rows, 0, 0), "5s");
}

static void cancel_while_waiting_and_running(void **state)
{
    (void)state;
    struct db_batch *running = batch_of("select pg_sleep(20)");
    struct db_batch *other = batch_of("select pg_sleep(1)");
    struct db_batch *waiting = batch_of("insert into t values (4)");
    pump_submit(&pump, LANE_WRITE, running);
    pump_submit(&pump, LANE_WRITE, other);
    pump_submit(&pump, LANE_WRITE, waiting);
    pump_for(&pump, 200);
    db_loop_cancel(pump.loop, waiting);
    assert_int_equal(pump.n, 0);
    assert_true(pump_until(&pump, 1, 1000));
    assert_int_equal(waiting->status, DB_CANCELLED);
    db_loop_cancel(pump.loop, running);
    assert_true(pump_until(&pump, 2, 1000));
    assert_ptr_equal(pump.done[1], running);
    assert_int_equal(running->status, DB_CANCELLED);
    assert_true(pump_until(&pump, 3, 3000));
    assert_int_equal(other->status, DB_OK);
    assert_int_equal(number("select count(*) from t"), 2);
}

static void cancel_never_hits_the_next(void **state)
{
    (void)state;
    const struct db_stmt *nap = db_stmt_new("select pg_sleep(0.02)");
    struct db_batch *kept[60];
    int n = 0;
    for (int i = 0; i < 60; i++) {
        struct db_batch *b = batch_new(arena, 0);
        kept[i] = batch_new(arena, 0);
        batch_add(b, nap, 0, NULL);
        batch_add(kept[i], nap, 0, NULL);
        pump_submit(&pump, LANE_WRITE, b);
        pump_submit(&pump, LANE_WRITE, kept[i]);
        pump_for(&pump, i % 23); /* sometimes it is too early, sometimes too late */
        db_loop_cancel(pump.loop, b);
        n += 2;
        assert_true(pump_until(&pump, n, 5000));
    }
    for (int i = 0; i < 60; i++)
        assert_int_equal(kept[i]->status, DB_OK);
}

/* --- ceilings --- */

static void full_queue_is_busy(void **state)
{
    (void)state;
    struct db_batch *b[110];
    const struct db_stmt *nap = db_stmt_new("select pg_sleep(0.001)");
    pump_for(&pump, 100); /* both write connections are up */
    for (int i = 0; i < 110; i++) {
        b[i] = batch_new(arena, 0);
        batch_add(b[i], nap, 0, NULL);
        pump_submit(&pump, LANE_WRITE, b[i]);
    }
    assert_int_equal(db_loop_pending(pump.loop), 110);
    assert_true(db_loop_next(pump.loop) <= clock_mono());
    assert_true(pump_until(&pump, 110, 10000));
    for (int i = 0; i < 110; i++) {
        assert_int_equal(pump_times(&pump, b[i]), 1);
        assert_int_equal(b[i]->status, i < 102 ? DB_OK : DB_BUSY); /* 2 run, 100 wait */
    }
}

static void five_megabytes_both_ways(void **state)
{
    (void)state;
    size_t n = 5 << 20;
    char *big = arena_alloc(arena, n + 1);
    memset(big, 'x', n);
    const char *params[] = {big};
    const struct db_stmt *echo = db_stmt_new("select $1::text");
    struct db_batch *b[6];
    for (int i = 0; i < 6; i++) {
        b[i] = batch_new(arena, clock_mono() + 30000000);
        batch_add(b[i], echo, 1, params);
        batch_add(b[i], echo, 1, params);
        pump_submit(&pump, i < 4 ? LANE_QUICK : LANE_WRITE, b[i]);
    }
    assert_true(pump_until(&pump, 6, 30000));
    for (int i = 0; i < 6; i++) {
        assert_int_equal(b[i]->status, DB_OK);
        assert_int_equal(rows_length(b[i]->item[1].rows, 0, 0), n);
        assert_memory_equal(rows_text(b[i]->item[1].rows, 0, 0), big, n);
    }
}

static void submit_again(struct db_batch *b, void *arg)
{
    struct pump *p = arg;
    struct db_batch *next = batch_new(arena, 0);
    p->done[p->n++] = b;
    batch_add(next, b->item[0].stmt, 0, NULL);
    if (p->n < 50)
        db_loop_submit(p->loop, LANE_QUICK, next, submit_again, p);
}

static void done_may_submit(void **state)
{
    (void)state;
    struct db_batch *b = batch_of("select 1");
    db_loop_submit(pump.loop, LANE_QUICK, b, submit_again, &pump);
    assert_true(pump_until(&pump, 50, 5000));
    for (int i = 0; i < 50; i++)
        assert_int_equal(pump.done[i]->status, DB_OK);
}

static void done_may_free(struct db_batch *b, void *arg)
{
    int *n = arg;
    (*n)++;
    arena_free(b->arena);
}

static void arena_may_go_in_done(void **state)
{
    (void)state;
    int n = 0;
    const struct db_stmt *one = db_stmt_new("select 1");
    for (int i = 0; i < 40; i++) {
        struct db_batch *b = batch_new(arena_new(1 << 20), 0);
        batch_add(b, one, 0, NULL);
        db_loop_submit(pump.loop, i % 2 ? LANE_QUICK : LANE_WRITE, b, done_may_free, &n);
        if (i % 5 == 0)
            db_loop_cancel(pump.loop, b);
    }
    pump_for(&pump, 500);
    assert_int_equal(n, 40);
    assert_int_equal(db_loop_pending(pump.loop), 0);
}

static void free_ends_what_is_outstanding(void **state)
{
    (void)state;
    struct db_batch *b[6];
    for (int i = 0; i < 6; i++) {
        b[i] = batch_of("select pg_sleep(3)");
        b[i]->repeatable = i % 2;
        pump_submit(&pump, i < 5 ? LANE_WRITE : LANE_QUICK, b[i]);
    }
    pump_for(&pump, 100);
    assert_int_equal(pump.n, 0);
    pump_close(&pump);
    assert_int_equal(pump.n, 6);
    for (int i = 0; i < 6; i++)
        assert_int_equal(b[i]->status, DB_UNAVAILABLE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, test_start, test_stop)
    const struct CMUnitTest tests[] = {
        T(ordinary_batch),
        T(error_in_the_middle_undoes_all),
        T(neighbours_of_an_error_are_unharmed),
        T(failed_prepare_names_its_error_to_all),
        T(sixteen_deep_keep_their_order),
        T(waiting_write_blocks_nobody),
        T(changed_table_is_prepared_anew),
        T(serialization_failure_is_repeated),
        T(retries_end),
        T(deadline_of_a_running_write_cancels),
        T(deadline_while_waiting),
        T(quick_statements_have_a_timeout),
        T(cancel_while_waiting_and_running),
        T(cancel_never_hits_the_next),
        T(full_queue_is_busy),
        T(five_megabytes_both_ways),
        T(done_may_submit),
        T(arena_may_go_in_done),
        T(free_ends_what_is_outstanding),
    };
    return cmocka_run_group_tests_name("db_loop", tests, group_start, group_stop);
}
