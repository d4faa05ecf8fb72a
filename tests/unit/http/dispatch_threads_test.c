/* The dispatcher's threads: handlers behind the same wall, full queues, clients that leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/time.h"
#include "http/calls.h"
#include "iam/hint.h"
#include "json/jw.h"

static void thread_handle(struct call *c, struct db_conn *conn)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    enter_add(c, b, ENTER_LOOK);
    units_plan(c, b);
    if (enter_run(c, conn, b))
        ok_render(c, b);
}

static void slow_handle(struct call *c, struct db_conn *conn)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    static const char slow[] = "select count(*) from generate_series(1, 400000000)";

    enter_add(c, b, ENTER_LOOK);
    batch_add(b, db_stmt_new(slow), 0, NULL);
    if (enter_run(c, conn, b))
        ok_render(c, b);
}

static void nap_handle(struct call *c, struct db_conn *conn)
{
    struct timespec nap = {.tv_nsec = 100 * 1000 * 1000};

    (void)conn;
    nanosleep(&nap, NULL);
    reply_empty(c, 204);
}

/* Signs in, so to say: the gate may ask for counties, the application may not. */
static void secret_handle(struct call *c, struct db_conn *conn)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    batch_add(b, db_stmt_new("select count(*) from core.counties()"), 0, NULL);
    if (db_run(conn, b) == DB_OK)
        ok_render(c, b);
}

static void mute_handle(struct call *c, struct db_conn *conn)
{
    (void)c;
    (void)conn;
}

static const struct op read_op = {.method = "GET", .path = "/residents/{id}",
                                  .permission = "resident.read resident.masked",
                                  .plan = units_plan, .render = ok_render};
static const struct op any_op = {.method = "GET", .path = "/me", .plan = units_plan,
                                 .render = ok_render};
static const struct op thread_op = {.method = "GET", .path = "/thread", .lane = OP_THREAD,
                                    .plugin = "elderly", .permission = "visit.read",
                                    .handle = thread_handle};
static const struct op slow_op = {.method = "GET", .path = "/slow", .lane = OP_THREAD,
                                  .handle = slow_handle};
static const struct op nap_op = {.method = "GET", .path = "/nap", .lane = OP_THREAD,
                                 .handle = nap_handle};
static const struct op secret_op = {.method = "POST", .path = "/sessions", .lane = OP_SECRET,
                                    .flags = OP_ANONYMOUS, .handle = secret_handle};
static const struct op mute_op = {.method = "GET", .path = "/mute", .lane = OP_THREAD,
                                  .flags = OP_ANONYMOUS, .handle = mute_handle};

static void handlers_run_behind_the_same_wall(void **state)
{
    const char *worker = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    struct call *c = get(&thread_op, worker);

    (void)state;
    assert_string_equal(rig.watched, arena_printf(rig.k.arena, "elderly /thread %s", c->id));
    assert_int_equal(rig.watching, 0);
    answers(c, 200, "visit.read");
    answers(get(&thread_op, county_sign_in(&rig.k, COUNTY, "volunteer", 431129100000)), 403,
            "not_permitted");
    answers(get(&thread_op, county_sign_in(&rig.k, COUNTY, "social_worker", 431129101000)), 404,
            "plugin-not-enabled");
    county_sql(&rig.k, "update core.tenant set version = version + 1 where county = 431129");
    answers(get(&thread_op, worker), 200, "visit.read");
    answers(get(&mute_op, NULL), 500, "internal");
}

static void secrets_are_the_gates(void **state)
{
    (void)state;
    answers(get(&secret_op, NULL), 200, "\"n\":2");
}

static void full_queue_is_told(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    struct call *c[12];
    int done = 0, ok = 0, busy = 0;

    (void)state;
    answers(get(&any_op, secret), 200, "\"n\""); /* the hint is known, so all come at once */
    for (int i = 0; i < 12; i++) {
        c[i] = county_call(&nap_op, COUNTY, secret);
        rig.backend.start(rig.backend.self, c[i], calls_count, &done);
    }
    calls_until(&done, 12);
    for (int i = 0; i < 12; i++) {
        ok += c[i]->reply.status == 204;
        busy += c[i]->reply.status == 503 && c[i]->reply.retry_after > 0;
        call_free(c[i]);
    }
    assert_in_range(ok, 4, 5); /* four waiting, and one that may have begun already */
    assert_int_equal(ok + busy, 12);
}

static void who_leaves_frees_the_thread(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    struct call *slow = county_call(&slow_op, COUNTY, secret);
    struct call *queued = county_call(&nap_op, COUNTY, secret);
    int done = 0;
    int64_t begin = clock_mono();

    (void)state;
    rig.backend.start(rig.backend.self, slow, calls_count, &done);
    for (int i = 0; i < 15; i++)
        calls_turn(20);
    rig.backend.start(rig.backend.self, queued, calls_count, &done);
    rig.backend.cancel(rig.backend.self, queued);
    calls_until(&done, 1);
    assert_int_equal(queued->reply.status, 503);
    rig.backend.cancel(rig.backend.self, slow);
    calls_until(&done, 2);
    assert_true(clock_mono() - begin < 3 * 1000 * 1000);
    assert_int_equal(slow->reply.status, 503);
    call_free(slow);
    call_free(queued);
    answers(get(&nap_op, secret), 204, "");
}

static void who_leaves_in_the_loop_is_done(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    struct call *c = county_call(&read_op, COUNTY, secret);
    int done = 0;

    (void)state;
    rig.backend.start(rig.backend.self, c, calls_count, &done);
    rig.backend.cancel(rig.backend.self, c);
    assert_int_equal(done, 0);
    calls_until(&done, 1);
    call_free(c);
}

/* Everything that was started is done when the dispatcher is gone. */
static void end_ends_every_call(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    struct call *c[4];
    int done = 0;

    (void)state;
    answers(get(&any_op, secret), 200, "\"n\"");
    c[0] = county_call(&read_op, COUNTY, secret);
    c[1] = county_call(&nap_op, COUNTY, secret);
    c[2] = county_call(&nap_op, COUNTY, secret);
    c[3] = county_call(&any_op, 0, NULL);
    for (int i = 0; i < 4; i++)
        rig.backend.start(rig.backend.self, c[i], calls_count, &done);
    calls_close();
    assert_int_equal(done, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_not_equal(c[i]->reply.status, 0);
        call_free(c[i]);
    }
    calls_open(rig.k.gate);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, calls_start, calls_stop)
    const struct CMUnitTest tests[] = {
        T(handlers_run_behind_the_same_wall), T(secrets_are_the_gates), T(full_queue_is_told),
        T(who_leaves_frees_the_thread), T(who_leaves_in_the_loop_is_done), T(end_ends_every_call),
    };

    return cmocka_run_group_tests_name("dispatch threads", tests, calls_group_start,
                                       calls_group_stop);
}
