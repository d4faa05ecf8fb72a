/* The blocking connection: db_open, db_run, db_cancel, db_script, db_query, db_describe. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/time.h"
#include "testdb.h"
#include "db/db.h"

enum { ARENA = 64 << 20, TEXT_OID = 25, INT4_OID = 23, INT8_OID = 20, UUID_OID = 2950 };

static struct testdb cluster;
static struct db_conn *conn;
static struct arena *arena;

static struct db_conn *open_or_die(void)
{
    char *why = NULL;
    struct db_conn *c = db_open(cluster.dsn, 10000, &why);
    if (!c)
        fail_msg("db_open: %s", why);
    return c;
}

static void script(const char *sql)
{
    struct db_error e;
    if (db_script(conn, arena, sql, &e) != DB_OK)
        fail_msg("%s: %s", sql, e.message);
}

static int64_t number(const char *sql)
{
    struct db_error e;
    struct db_rows *r = db_query(conn, arena, sql, 0, NULL, &e);
    if (!r)
        fail_msg("%s: %s", sql, e.message);
    return rows_int(r, 0, 0);
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
    (void)state;
    arena = arena_new(ARENA);
    conn = open_or_die();
    script("drop table if exists t; create table t (id int primary key, body text)");
    return 0;
}

static int test_stop(void **state)
{
    (void)state;
    db_close(conn);
    arena_free(arena);
    return 0;
}

/* Each use registers a statement of its own, so that it is unprepared at first. */
static struct db_batch *batch_of(const char *sql, int n, const char *const *params)
{
    struct db_batch *b = batch_new(arena, clock_mono() + 10000000);
    batch_add(b, db_stmt_new(sql), n, params);
    return b;
}

static void session_is_as_wanted(void **state)
{
    (void)state;
    struct db_batch *b =
        batch_of("select current_setting('timezone'), "
                 "current_setting('client_encoding'), "
                 "current_setting('application_name'), "
                 "'2026-11-22 08:00+08'::timestamptz, current_setting('datestyle')",
                 0, NULL);
    assert_int_equal(db_run(conn, b), DB_OK);
    const struct db_rows *r = b->item[0].rows;
    assert_string_equal(rows_text(r, 0, 0), "UTC");
    assert_string_equal(rows_text(r, 0, 1), "UTF8");
    assert_string_equal(rows_text(r, 0, 2), "wulian");
    assert_string_equal(rows_text(r, 0, 3), "2026-11-22 00:00:00+00");
}

static void session_options_of_the_dsn_stay(void **state)
{
    (void)state;
    char dsn[512], *why = NULL;
    snprintf(dsn, sizeof dsn, "%s options='-c work_mem=1234kB -c timezone=Asia/Shanghai'",
             cluster.dsn);
    struct db_conn *c = db_open(dsn, 5000, &why);
    assert_non_null(c);
    struct db_batch *b =
        batch_of("select current_setting('work_mem'), current_setting('timezone')", 0, NULL);
    assert_int_equal(db_run(c, b), DB_OK);
    assert_string_equal(rows_text(b->item[0].rows, 0, 0), "1234kB");
    assert_string_equal(rows_text(b->item[0].rows, 0, 1), "UTC");
    db_close(c);
}

static void values_come_back_by_type(void **state)
{
    (void)state;
    size_t n;
    const char *params[] = {"9007199254740993", "张三", NULL, "\\x00ff1a"};
    struct db_batch *b = batch_of("select $1::bigint as n, $2::text as name, $3::text as nothing, "
                                  "$4::bytea as bytes, true as yes, false as no",
                                  4, params);
    assert_int_equal(db_run(conn, b), DB_OK);
    const struct db_rows *r = b->item[0].rows;
    assert_int_equal(rows_count(r), 1);
    assert_int_equal(rows_columns(r), 6);
    assert_string_equal(rows_name(r, 1), "name");
    assert_int_equal(rows_type(r, 0), INT8_OID);
    assert_true(rows_int(r, 0, 0) == 9007199254740993);
    assert_string_equal(rows_text(r, 0, 1), "张三");
    assert_int_equal(rows_length(r, 0, 1), 6);
    assert_true(rows_null(r, 0, 2));
    assert_false(rows_null(r, 0, 1));
    assert_string_equal(rows_text(r, 0, 2), "");
    assert_int_equal(rows_int(r, 0, 2), 0);
    const uint8_t *bytes = rows_bytes(arena, r, 0, 3, &n);
    assert_int_equal(n, 3);
    assert_memory_equal(bytes, "\x00\xff\x1a", 3);
    assert_true(rows_bool(r, 0, 4));
    assert_false(rows_bool(r, 0, 5));
    assert_int_equal(rows_column(r, "no"), 5);
    assert_int_equal(rows_column(r, "No"), -1);
}

static void batch_is_one_transaction(void **state)
{
    (void)state;
    const struct db_stmt *insert = db_stmt_new("insert into t values ($1::int, $2)");
    const struct db_stmt *count = db_stmt_new("select count(*), txid_current() from t");
    const char *one[] = {"1", "a"}, *two[] = {"2", NULL};
    struct db_batch *b = batch_new(arena, 0);
    assert_int_equal(batch_add(b, insert, 2, one), 0);
    assert_int_equal(batch_add(b, insert, 2, two), 1);
    assert_int_equal(batch_add(b, count, 0, NULL), 2);
    assert_int_equal(db_run(conn, b), DB_OK);
    assert_int_equal(b->attempts, 1);
    assert_int_equal(rows_affected(b->item[0].rows), 1);
    assert_int_equal(rows_int(b->item[2].rows, 0, 0), 2);
    assert_int_equal(number("select count(distinct xmin::text) from t"), 1);
}

static void error_in_the_middle_undoes_all(void **state)
{
    (void)state;
    const struct db_stmt *insert = db_stmt_new("insert into t values ($1::int, $2)");
    const char *one[] = {"1", "a"};
    struct db_batch *b = batch_new(arena, 0);
    for (int i = 0; i < 3; i++)
        batch_add(b, insert, 2, one);
    assert_int_equal(db_run(conn, b), DB_REFUSED);
    assert_string_equal(b->error.sqlstate, "23505");
    assert_int_equal(b->error.stmt, 1);
    assert_string_equal(b->error.constraint, "t_pkey");
    assert_string_equal(b->error.table, "t");
    assert_null(b->error.column);
    assert_string_equal(b->error.hint, "");
    struct db_batch *again = batch_new(arena, 0);
    batch_add(again, insert, 2, one);
    assert_int_equal(db_run(conn, again), DB_OK); /* so nothing of the first stayed */
}

static void error_at_commit_is_an_error(void **state)
{
    (void)state;
    script("alter table t add unique (body) deferrable initially deferred");
    const struct db_stmt *insert = db_stmt_new("insert into t values ($1::int, $2)");
    const char *one[] = {"1", "a"}, *two[] = {"2", "a"};
    struct db_batch *b = batch_new(arena, 0);
    batch_add(b, insert, 2, one);
    batch_add(b, insert, 2, two);
    assert_int_equal(db_run(conn, b), DB_REFUSED);
    assert_string_equal(b->error.sqlstate, "23505");
    assert_int_equal(b->error.stmt, 2);
    struct db_batch *after = batch_of("select 1", 0, NULL);
    assert_int_equal(db_run(conn, after), DB_OK);
    assert_int_equal(number("select count(*) from t"), 0);
}

static void raised_hint_is_seen(void **state)
{
    (void)state;
    script("create or replace function refuse() returns int language plpgsql as "
           "$$begin raise 'not so' using errcode = 'WL403', hint = 'station.read'; end$$");
    struct db_batch *b = batch_of("select refuse()", 0, NULL);
    assert_int_equal(db_run(conn, b), DB_REFUSED);
    assert_string_equal(b->error.sqlstate, "WL403");
    assert_string_equal(b->error.hint, "station.read");
    assert_string_equal(b->error.message, "not so");
}

static void failed_prepare_is_tried_again(void **state)
{
    (void)state;
    const struct db_stmt *good = db_stmt_new("insert into t values (1, 'a')");
    const struct db_stmt *bad = db_stmt_new("select id from missing");
    for (int i = 0; i < 2; i++) {
        struct db_batch *b = batch_new(arena, 0);
        batch_add(b, good, 0, NULL);
        batch_add(b, bad, 0, NULL);
        assert_int_equal(db_run(conn, b), DB_REFUSED);
        assert_string_equal(b->error.sqlstate, "42P01");
        assert_int_equal(b->error.stmt, 1);
        assert_int_equal(b->attempts, 1);
    }
    assert_int_equal(number("select count(*) from t"), 0);
    script("create table missing (id int)");
    struct db_batch *b = batch_new(arena, 0);
    batch_add(b, bad, 0, NULL);
    assert_int_equal(db_run(conn, b), DB_OK);
    script("drop table missing");
}

static void wrong_number_of_parameters_is_no_reason_to_retry(void **state)
{
    (void)state;
    struct db_batch *b = batch_of("select $1::int", 0, NULL);
    b->repeatable = true;
    assert_int_equal(db_run(conn, b), DB_REFUSED);
    assert_string_equal(b->error.sqlstate, "08P01");
    assert_int_equal(b->attempts, 1);
}

static void changed_table_is_prepared_anew(void **state)
{
    (void)state;
    const struct db_stmt *all = db_stmt_new("select * from t");
    struct db_batch *before = batch_new(arena, 0), *after = batch_new(arena, 0);
    batch_add(before, all, 0, NULL);
    batch_add(after, all, 0, NULL);
    assert_int_equal(db_run(conn, before), DB_OK);
    script("alter table t add column more int");
    assert_int_equal(db_run(conn, after), DB_OK);
    assert_int_equal(rows_columns(after->item[0].rows), 3);
    assert_int_equal(after->attempts, 1);
}

static void deallocated_statement_is_prepared_anew(void **state)
{
    (void)state;
    const struct db_stmt *one = db_stmt_new("select 1");
    struct db_batch *before = batch_new(arena, 0), *after = batch_new(arena, 0);
    batch_add(before, one, 0, NULL);
    batch_add(after, one, 0, NULL);
    assert_int_equal(db_run(conn, before), DB_OK);
    script("deallocate all");
    assert_int_equal(db_run(conn, after), DB_OK);
}

static void begin_in_a_batch_harms_nobody(void **state)
{
    (void)state;
    assert_int_equal(db_run(conn, batch_of("begin", 0, NULL)), DB_OK);
    struct db_batch *b = batch_of("insert into t values (7, 'x')", 0, NULL);
    assert_int_equal(db_run(conn, b), DB_OK);
    struct db_conn *mine = conn;
    conn = open_or_die(); /* another session sees it: it was committed */
    assert_int_equal(number("select count(*) from t where id = 7"), 1);
    db_close(conn);
    conn = mine;
}

static void copy_is_refused(void **state)
{
    (void)state;
    struct db_error e;
    assert_int_equal(db_script(conn, arena, "copy t to stdout", &e), DB_UNAVAILABLE);
    struct db_batch *b = batch_of("copy t to stdout", 0, NULL);
    assert_int_equal(db_run(conn, b), DB_UNAVAILABLE);
    assert_int_equal(db_run(conn, batch_of("select 1", 0, NULL)), DB_OK);
}

/* --- losing the connection --- */

static void terminate_all_others(void)
{
    struct db_error e;
    struct db_conn *other = open_or_die();
    struct db_rows *r =
        db_query(other, arena,
                 "select count(pg_terminate_backend(pid, 2000)) from pg_stat_activity "
                 "where application_name = 'wulian' and pid <> pg_backend_pid()",
                 0, NULL, &e);
    assert_non_null(r);
    db_close(other);
}

static void lost_while_idle_is_not_noticed_by_anyone(void **state)
{
    (void)state;
    for (int repeatable = 0; repeatable < 2; repeatable++) {
        assert_int_equal(db_run(conn, batch_of("select 1", 0, NULL)), DB_OK);
        terminate_all_others();
        struct db_batch *b = batch_of("select 2", 0, NULL);
        b->repeatable = repeatable;
        assert_int_equal(db_run(conn, b), DB_OK);
        assert_int_equal(b->attempts, 1 + repeatable);
    }
}

static void *terminate_soon(void *arg)
{
    (void)arg;
    struct timespec ts = {.tv_nsec = 300000000};
    nanosleep(&ts, NULL);
    struct arena *a = arena_new(ARENA);
    struct db_error e;
    struct db_conn *other = open_or_die();
    db_query(other, a,
             "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' "
             "and pid <> pg_backend_pid()",
             0, NULL, &e);
    db_close(other);
    arena_free(a);
    return NULL;
}

static void lost_while_running(void **state)
{
    (void)state;
    for (int repeatable = 0; repeatable < 2; repeatable++) {
        pthread_t t;
        struct db_batch *b = batch_of("select pg_sleep(0.8), 5", 0, NULL);
        b->repeatable = repeatable;
        pthread_create(&t, NULL, terminate_soon, NULL);
        enum db_status got = db_run(conn, b);
        pthread_join(t, NULL);
        assert_int_equal(got, repeatable ? DB_OK : DB_UNAVAILABLE);
        assert_int_equal(b->attempts, 1 + repeatable);
        if (!repeatable)
            assert_string_equal(b->error.sqlstate, "57P01");
    }
}

static void serialization_failure_is_repeated(void **state)
{
    (void)state;
    script("drop sequence if exists tries; create sequence tries; "
           "create or replace function third_time() returns bigint language plpgsql as "
           "$$declare n bigint = nextval('tries'); begin if n < 3 then "
           "raise 'again' using errcode = '40001'; end if; return n; end$$");
    struct db_batch *b = batch_of("select third_time()", 0, NULL);
    assert_int_equal(db_run(conn, b), DB_UNAVAILABLE); /* not declared repeatable */
    b = batch_of("select third_time()", 0, NULL);
    b->repeatable = true;
    assert_int_equal(db_run(conn, b), DB_OK);
    assert_int_equal(b->attempts, 2);
    assert_int_equal(rows_int(b->item[0].rows, 0, 0), 3);
}

static void scripts_never_change_the_session(void **state)
{
    (void)state;
    struct db_error e;
    script("begin; insert into t values (9, 'x')");
    terminate_all_others();
    assert_int_equal(db_script(conn, arena, "insert into t values (10, 'y')", &e), DB_UNAVAILABLE);
    assert_int_equal(db_script(conn, arena, "commit", &e), DB_UNAVAILABLE);
    assert_string_equal(e.sqlstate, "08006");
    assert_int_equal(db_run(conn, batch_of("select 1", 0, NULL)), DB_OK); /* opens a new one */
    assert_int_equal(number("select count(*) from t"), 0);
}

static void restart_of_the_server_heals(void **state)
{
    (void)state;
    assert_int_equal(db_run(conn, batch_of("select 1", 0, NULL)), DB_OK);
    testdb_kill(&cluster);
    int64_t before = clock_mono();
    struct db_batch *b;
    do { /* an orphaned backend still answers until it notices */
        b = batch_of("select pg_sleep(0.05)", 0, NULL);
        b->repeatable = true;
    } while (db_run(conn, b) == DB_OK && clock_mono() - before < 2000000);
    assert_int_equal(b->status, DB_UNAVAILABLE);
    assert_in_range(clock_mono() - before, 2000000, 8000000);
    assert_true(testdb_start(&cluster));
    assert_int_equal(db_run(conn, batch_of("select 1", 0, NULL)), DB_OK);
}

/* Sent by itself or among kept ones, a statement for once leaves nothing in the session. */
static void statement_for_once_is_not_kept(void **state)
{
    static const char kept[] = "select count(*) from pg_prepared_statements where name <> ''";
    const char *const id[] = {"7"};
    (void)state;
    struct db_batch *b = batch_of("insert into t values (7, 'seven')", 0, NULL);
    batch_add(b, db_stmt_once(arena, "select body from t where id = $1::int"), 1, id);
    batch_add(b, db_stmt_once(arena, "select id + 1 from t where id = $1::int"), 1, id);
    batch_add(b, db_stmt_new("select body from t"), 0, NULL);
    assert_int_equal(db_run(conn, b), DB_OK);
    assert_string_equal(rows_text(b->item[1].rows, 0, 0), "seven");
    assert_int_equal(rows_int(b->item[2].rows, 0, 0), 8);
    assert_string_equal(rows_text(b->item[3].rows, 0, 0), "seven");
    struct db_batch *first = batch_of(kept, 0, NULL);
    assert_int_equal(db_run(conn, first), DB_OK);
    for (int i = 0; i < 300; i++) {
        struct db_batch *once = batch_new(arena, clock_mono() + 10000000);
        batch_add(once, db_stmt_once(arena, "select body from t where id = $1::int"), 1, id);
        assert_int_equal(db_run(conn, once), DB_OK);
    }
    struct db_batch *last = batch_of(kept, 0, NULL);
    assert_int_equal(db_run(conn, last), DB_OK);
    assert_int_equal(rows_int(last->item[0].rows, 0, 0),
                     rows_int(first->item[0].rows, 0, 0) + 1); /* itself */
    b = batch_new(arena, clock_mono() + 10000000);
    batch_add(b, db_stmt_once(arena, "select nothing from t"), 0, NULL);
    assert_int_equal(db_run(conn, b), DB_REFUSED);
    assert_string_equal(b->error.sqlstate, "42703");
    assert_int_equal(b->error.stmt, 0);
}

/* --- time --- */

static void deadline_cancels(void **state)
{
    (void)state;
    int64_t before = clock_mono();
    struct db_batch *b = batch_new(arena, before + 300000);
    batch_add(b, db_stmt_new("select pg_sleep(20)"), 0, NULL);
    assert_int_equal(db_run(conn, b), DB_REFUSED);
    assert_string_equal(b->error.sqlstate, "57014");
    assert_in_range(clock_mono() - before, 290000, 3000000);
    assert_int_equal(db_run(conn, batch_of("select 1", 0, NULL)), DB_OK);
    b = batch_new(arena, clock_mono() - 1);
    batch_add(b, db_stmt_new("select 1"), 0, NULL);
    assert_int_equal(db_run(conn, b), DB_UNAVAILABLE);
    assert_int_equal(b->attempts, 0);
}

static void *cancel_soon(void *arg)
{
    struct timespec ts = {.tv_nsec = 300000000};
    nanosleep(&ts, NULL);
    db_cancel(arg);
    return NULL;
}

static void cancel_from_another_thread(void **state)
{
    (void)state;
    pthread_t t;
    db_cancel(conn); /* nothing runs: harmless */
    struct db_batch *b = batch_of("select pg_sleep(20)", 0, NULL);
    pthread_create(&t, NULL, cancel_soon, conn);
    assert_int_equal(db_run(conn, b), DB_CANCELLED);
    pthread_join(t, NULL);
    for (int i = 0; i < 20; i++)
        assert_int_equal(db_run(conn, batch_of("select pg_sleep(0.005)", 0, NULL)), DB_OK);
}

static void open_says_why(void **state)
{
    (void)state;
    char dsn[512], *why = NULL;
    snprintf(dsn, sizeof dsn, "%s dbname=nowhere", cluster.dsn);
    assert_null(db_open(dsn, 100, &why));
    assert_non_null(strstr(why, "nowhere"));
    db_why_free(why);
    assert_null(db_open("nonsense", 100, &why));
    assert_non_null(why);
    db_why_free(why);
}

static void other_encoding_is_refused(void **state)
{
    (void)state;
    char dsn[512], *why = NULL;
    script("create database latin encoding 'LATIN1' template template0");
    snprintf(dsn, sizeof dsn, "%s dbname=latin", cluster.dsn);
    assert_null(db_open(dsn, 100, &why));
    assert_non_null(strstr(why, "server_encoding"));
    db_why_free(why);
    script("drop database latin");
}

/* --- size --- */

static void five_megabytes_both_ways(void **state)
{
    (void)state;
    size_t n = 5 << 20;
    char *big = arena_alloc(arena, n + 1);
    memset(big, 'x', n);
    const char *params[] = {big};
    const struct db_stmt *echo = db_stmt_new("select $1::text");
    struct db_batch *b = batch_new(arena, clock_mono() + 20000000);
    for (int i = 0; i < 3; i++) /* the first result comes while the rest is still being sent */
        batch_add(b, echo, 1, params);
    assert_int_equal(db_run(conn, b), DB_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rows_length(b->item[i].rows, 0, 0), n);
        assert_memory_equal(rows_text(b->item[i].rows, 0, 0), big, n);
    }
}

/* --- tools --- */

static void describe_tells_types(void **state)
{
    (void)state;
    struct db_shape shape;
    struct db_error e;
    assert_true(db_describe(
        conn, arena, "select id, body as text from t where id = $1 and body = $2", &shape, &e));
    assert_int_equal(shape.nparams, 2);
    assert_int_equal(shape.ncolumns, 2);
    assert_int_equal(shape.param_types[0], INT4_OID);
    assert_int_equal(shape.param_types[1], TEXT_OID);
    assert_int_equal(shape.column_types[0], INT4_OID);
    assert_string_equal(shape.column_names[1], "text");
    assert_true(db_describe(conn, arena, "delete from t", &shape, &e));
    assert_int_equal(shape.ncolumns, 0);
    assert_false(db_describe(conn, arena, "select nothing from t", &shape, &e));
    assert_string_equal(e.sqlstate, "42703");
    assert_false(db_describe(conn, arena, "select 1; select 2", &shape, &e));
    assert_string_equal(e.sqlstate, "42601");
    assert_int_equal(number("select 1"), 1);
}

static void script_runs_many_commands(void **state)
{
    (void)state;
    struct db_error e;
    script("insert into t values (1, 'a'); insert into t values (2, 'b'); select 1");
    assert_int_equal(
        db_script(conn, arena, "insert into t values (3, 'c'); insert into t values (1)", &e),
        DB_REFUSED);
    assert_string_equal(e.sqlstate, "23505");
    assert_int_equal(number("select count(*) from t"), 2);
    assert_int_equal(db_run(conn, batch_of("select 1", 0, NULL)), DB_OK);
    script("begin; set local lock_timeout = 1000");
    assert_null(db_query(conn, arena, "select 1/0", 0, NULL, &e));
    assert_string_equal(e.sqlstate, "22012");
    script("rollback");
    const char *params[] = {"2"};
    struct db_rows *r = db_query(conn, arena, "select body from t where id = $1", 1, params, &e);
    assert_string_equal(rows_text(r, 0, 0), "b");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, test_start, test_stop)
    const struct CMUnitTest tests[] = {
        T(session_is_as_wanted),
        T(session_options_of_the_dsn_stay),
        T(values_come_back_by_type),
        T(batch_is_one_transaction),
        T(error_in_the_middle_undoes_all),
        T(error_at_commit_is_an_error),
        T(raised_hint_is_seen),
        T(failed_prepare_is_tried_again),
        T(wrong_number_of_parameters_is_no_reason_to_retry),
        T(changed_table_is_prepared_anew),
        T(deallocated_statement_is_prepared_anew),
        T(statement_for_once_is_not_kept),
        T(begin_in_a_batch_harms_nobody),
        T(copy_is_refused),
        T(lost_while_idle_is_not_noticed_by_anyone),
        T(lost_while_running),
        T(serialization_failure_is_repeated),
        T(scripts_never_change_the_session),
        T(restart_of_the_server_heals),
        T(deadline_cancels),
        T(cancel_from_another_thread),
        T(open_says_why),
        T(other_encoding_is_refused),
        T(five_megabytes_both_ways),
        T(describe_tells_types),
        T(script_runs_many_commands),
    };
    return cmocka_run_group_tests_name("db_run", tests, group_start, group_stop);
}
