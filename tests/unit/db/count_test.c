/* What a batch counts: each error once by its class, and what went well nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/meter.h"
#include "base/time.h"
#include "db/db.h"
#include "testdb.h"

enum { ARENA = 1 << 20, SECOND = 1000 * 1000 };

static struct testdb cluster;
static struct db_conn *conn;
static struct arena *arena;

static int group_start(void **state)
{
    char *why = NULL;

    (void)state;
    arena = arena_new(ARENA);
    if (!testdb_new(&cluster))
        return -1;
    conn = db_open(cluster.dsn, 10000, &why);
    db_why_free(why);
    return conn ? 0 : -1;
}

static int group_stop(void **state)
{
    (void)state;
    db_close(conn);
    testdb_free(&cluster);
    arena_free(arena);
    return 0;
}

static enum db_status run(const char *sql, int64_t within_us)
{
    struct db_batch *b = batch_new(arena, clock_mono() + within_us);

    batch_add(b, db_stmt_new(sql), 0, NULL);
    return db_run(conn, b);
}

static int64_t errors(const char *class)
{
    return meter_read(meter_named("wulian_db_errors_total{sqlstate=\"%s\"}", class));
}

static void what_goes_well_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(run("select 1", 10 * SECOND), DB_OK);
    assert_int_equal(errors("08"), 0);
}

static void a_refusal_counts_by_its_class(void **state)
{
    (void)state;
    assert_int_equal(run("select 1 / 0", 10 * SECOND), DB_REFUSED);
    assert_int_equal(errors("22"), 1);
    assert_int_equal(errors("08"), 0);
}

static void what_never_was_sent_counts_as_lost(void **state)
{
    (void)state;
    assert_int_equal(run("select 1", -1), DB_UNAVAILABLE);
    assert_int_equal(errors("08"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_well_is_no_error),
        cmocka_unit_test(a_refusal_counts_by_its_class),
        cmocka_unit_test(what_never_was_sent_counts_as_lost),
    };

    return cmocka_run_group_tests(tests, group_start, group_stop);
}
