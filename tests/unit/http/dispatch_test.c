/* The dispatcher against a real database: who may pass, what is repeated, what is traced. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/time.h"
#include "db/loop.h"
#include "http/dispatch.h"
#include "iam/county.h"
#include "iam/hint.h"
#include "json/jw.h"

static struct county k;
static struct db_loop *loop;
static struct dispatcher *d;
static struct http_backend backend;
static int plans;         /* calls of plan */
static bool never_mind;   /* nothing_plan's "already" */
static char watched[128]; /* what plugin_watch saw last */
static int watching;

/* --- operations ------------------------------------------------------------------------------- */

static void ok_render(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_kv_int(w, "n", rows_int(b->item[b->n - 1].rows, 0, 0));
    jw_kv_text(w, "permission", c->permission);
    jw_kv_bool(w, "masked", c->masked);
    jw_end(w, '}');
}

static bool units_plan(struct call *c, struct db_batch *b)
{
    static const struct db_stmt *s;

    (void)c;
    plans++;
    s = s ? s : db_stmt_new("select count(*) from admin.org_unit");
    batch_add(b, s, 0, NULL);
    return true;
}

static bool scope_refused_plan(struct call *c, struct db_batch *b)
{
    (void)b;
    plans++;
    return problem(c, 403, "forbidden");
}

/* Does what the statement of the op says, with the call's idempotency key as $1. */
static bool sql_plan(struct call *c, struct db_batch *b)
{
    const char **p = arena_alloc(c->arena, 2 * sizeof *p);

    plans++;
    p[0] = c->idempotency_key;
    p[1] = c->id;
    batch_add(b, c->op->data, 2, p);
    return true;
}

static const char idem_insert[] =
    "insert into core.idem (county, key, body, record, id, change)"
    " values (431129, $1, sha256('x'), 'test', $2::uuid, $2::uuid) returning 1";
static const char nothing_select[] =
    "select 1 from core.idem where $1::text is null and $2::text is null";

static bool idem_replay_plan(struct call *c, struct db_batch *b)
{
    static const struct db_stmt *s;
    const char **p = arena_alloc(c->arena, sizeof *p);

    s = s ? s : db_stmt_new("select change from core.idem where county = 431129 and key = $1");
    p[0] = c->idempotency_key;
    batch_add(b, s, 1, p);
    return true;
}

static bool idem_replay_render(struct call *c, struct db_batch *b)
{
    struct jw *w;

    if (rows_count(b->item[1].rows) == 0 || never_mind)
        return false;
    w = reply_json(c, 201);
    jw_object(w);
    jw_kv_text(w, "change", rows_text(b->item[1].rows, 0, 0));
    jw_end(w, '}');
    return true;
}

/* Sees nothing changed the first time, and says why when no first try is found. */
static void nothing_render(struct call *c, struct db_batch *b)
{
    (void)b;
    if (c->replayed)
        problem(c, 412, "version_conflict");
}

static bool refused_hook(struct call *c, struct db_batch *b)
{
    if (strcmp(b->error.sqlstate, "22012") != 0)
        return false;
    problem(c, 409, "wrong_state");
    return true;
}

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

static const struct op anonymous_op = {.method = "GET", .path = "/open", .flags = OP_ANONYMOUS,
                                       .plan = units_plan, .render = ok_render};
static const struct op read_op = {.method = "GET", .path = "/residents/{id}",
                                  .permission = "resident.read resident.masked",
                                  .plan = units_plan, .render = ok_render};
static const struct op any_op = {.method = "GET", .path = "/me", .plan = units_plan,
                                 .render = ok_render};
static const struct op scope_op = {.method = "GET", .path = "/scoped",
                                   .plan = scope_refused_plan, .render = ok_render};
static const struct op errand_op = {.method = "GET", .path = "/errands", .plugin = "elderly",
                                    .plan = units_plan, .render = ok_render};
static struct op idem_op = {.method = "POST", .path = "/idem", .lane = OP_WRITE,
                            .flags = OP_CHANGES, .plan = sql_plan, .render = ok_render,
                            .replay_plan = idem_replay_plan,
                            .replay_render = idem_replay_render};
static struct op nothing_op = {.method = "PATCH", .path = "/nothing", .lane = OP_WRITE,
                               .flags = OP_CHANGES, .plan = sql_plan, .render = nothing_render,
                               .replay_plan = idem_replay_plan,
                               .replay_render = idem_replay_render};
static struct op nowhere_op = {.method = "PATCH", .path = "/nowhere", .lane = OP_WRITE,
                               .flags = OP_CHANGES, .plan = sql_plan, .render = nothing_render};
static struct op fault_op = {.method = "GET", .path = "/fault", .plan = sql_plan,
                             .render = ok_render, .refused = refused_hook};
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

/* --- driving ---------------------------------------------------------------------------------- */

static void watch_enter(void *self, int thread, const struct op *op, const char *request)
{
    (void)self;
    watching++;
    assert_int_equal(thread, 0);
    str_format(watched, sizeof watched, "%s %s %s", op->plugin, op->path, request);
}

static void watch_leave(void *self, int thread)
{
    (void)self;
    (void)thread;
    watching--;
}

static const struct plugin_watch watch = {watch_enter, watch_leave, NULL};

static void open_all(const char *gate)
{
    const struct db_loop_options lo = {.dsn = k.app, .quick = 1, .write = 2, .quick_depth = 16,
                                       .queue_max = 100, .retry_ms = 1000};
    struct dispatch_options o = {.app_dsn = k.app, .gate_dsn = gate, .threads = 1, .queue = 4,
                                 .secret_threads = 1, .hints = 100, .watch = &watch};

    o.db = loop = db_loop_new(&lo);
    d = dispatcher_new(&o);
    assert_non_null(d);
    backend = dispatcher_backend(d);
}

static void close_all(void)
{
    db_loop_free(loop);
    dispatcher_free(d);
}

static int group_start(void **state)
{
    (void)state;
    county_open(&k);
    idem_op.data = db_stmt_new(idem_insert);
    nothing_op.data = db_stmt_new(nothing_select);
    nowhere_op.data = nothing_op.data;
    fault_op.data = db_stmt_new("select 1 / (length(coalesce($1, '')) + 0 * length($2))");
    return 0;
}

static int group_stop(void **state)
{
    (void)state;
    county_close(&k);
    return 0;
}

static int each_start(void **state)
{
    (void)state;
    open_all(k.gate);
    plans = 0;
    never_mind = false;
    return 0;
}

static int each_stop(void **state)
{
    (void)state;
    close_all();
    return 0;
}

static void done_count(struct call *c, void *arg)
{
    (void)c;
    ++*(int *)arg;
}

static void turn(int ms)
{
    struct pollfd p[] = {{.fd = db_loop_fd(loop), .events = POLLIN},
                         {.fd = dispatcher_fd(d), .events = POLLIN}};

    poll(p, 2, db_loop_next(loop) <= clock_mono() ? 0 : ms);
    db_loop_step(loop);
    if (p[1].revents)
        dispatcher_step(d);
}

static void until(const int *count, int n)
{
    int64_t end = clock_mono() + 15 * 1000 * 1000;

    while (*count < n && clock_mono() < end)
        turn(20);
    assert_int_equal(*count, n);
}

/* The call through to its end. */
static struct call *ask(struct call *c)
{
    int done = 0;

    backend.start(backend.self, c, done_count, &done);
    assert_int_equal(done, 0); /* never before start returns */
    until(&done, 1);
    assert_int_equal(dispatcher_pending(d), 0);
    return c;
}

static struct call *get(const struct op *op, const char *secret)
{
    return ask(county_call(op, secret ? COUNTY : 0, secret));
}

static void answers(struct call *c, int status, const char *text)
{
    const char *body = c->reply.body.p ? c->reply.body.p : "";

    if (c->reply.status != status || !strstr(body, text))
        fail_msg("%s: %d %s", c->op->path, c->reply.status, body);
    call_free(c);
}

static int64_t traces(const char *result)
{
    return county_number(&k, arena_printf(k.arena, "select count(*) from core.audit"
                                                   " where result = '%s'", result));
}

/* --- who may pass ----------------------------------------------------------------------------- */

static void anonymous_needs_nobody(void **state)
{
    (void)state;
    answers(get(&anonymous_op, NULL), 200, "\"n\":0");
}

static void without_session_nothing(void **state)
{
    (void)state;
    answers(get(&any_op, NULL), 401, "no_session");
    answers(get(&any_op, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 401, "no_session");
    assert_int_equal(plans, 0);
}

static void permitted_passes_by_its_best_permission(void **state)
{
    const char *head = county_sign_in(&k, COUNTY, "county_admin", 431129000000);
    const char *operator = county_sign_in(&k, COUNTY, "hotline_operator", 431129000000);

    (void)state;
    answers(get(&read_op, head), 200, "\"n\":1,\"permission\":\"resident.read\",\"masked\":false");
    answers(get(&read_op, head), 200, "\"permission\":\"resident.read\"");
    answers(get(&read_op, operator), 200, "\"permission\":\"resident.masked\",\"masked\":true");
    answers(get(&any_op, operator), 200, "\"permission\":null,\"masked\":false");
    assert_int_equal(plans, 4);
}

static void denial_is_in_the_audit_before_the_answer(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "volunteer", 431129100000);
    struct call *c = county_call(&read_op, COUNTY, secret);
    int64_t before = traces("not_permitted");

    (void)state;
    c->args[0] = "0190a0b0-0000-7000-8000-000000000001";
    c->nargs = 1;
    ask(c);
    assert_int_equal(traces("not_permitted"), before + 1);
    assert_int_equal(
        county_number(&k, arena_printf(k.arena,
                                       "select count(*) from core.audit where request = '%s'"
                                       " and county = 431129 and role = 'volunteer'"
                                       " and actor is not null and action = 'resident.read'"
                                       " and object = '/residents/{id}' and object_id = '%s'"
                                       " and address = '127.0.0.1'",
                                       c->id, c->args[0])),
        1);
    answers(c, 403, "not_permitted");
    assert_int_equal(plans, 0);
}

static void refusal_by_plan_is_traced_too(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    int64_t before = traces("not_permitted");

    (void)state;
    answers(get(&scope_op, secret), 403, "forbidden");
    assert_int_equal(traces("not_permitted"), before + 1);
}

static void no_trace_no_answer(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "volunteer", 431129100000);

    (void)state;
    close_all();
    open_all("host=/nonexistent dbname=postgres user=wulian_gate");
    answers(get(&read_op, secret), 503, "unavailable");
}

/* --- hints that are old ----------------------------------------------------------------------- */

static void enable(bool on)
{
    county_sql(&k, arena_printf(
                       k.arena,
                       "insert into core.plugin_activation (county, township, plugin, enabled, by)"
                       " values (431129, 431129101, 'elderly', %s, gen_random_uuid())"
                       " on conflict (county, township, plugin)"
                       " do update set enabled = excluded.enabled;"
                       "update core.tenant set version = version + 1 where county = 431129",
                       on ? "true" : "false"));
}

static void plugin_works_and_hides_at_once(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129101000);

    (void)state;
    answers(get(&errand_op, secret), 404, "plugin-not-enabled");
    answers(get(&errand_op, secret), 404, "plugin-not-enabled"); /* the hint is remembered now */
    enable(true);
    answers(get(&errand_op, secret), 200, "\"n\"");
    answers(get(&errand_op, secret), 200, "\"n\"");
    enable(false);
    answers(get(&errand_op, secret), 404, "plugin-not-enabled");
    assert_true(traces("plugin-not-enabled") >= 3);
    assert_int_equal(county_number(&k, "select count(*) from core.plugin_activation"
                                       " where township = 431129101 and not enabled"), 1);
}

static void stale_hint_repeats_the_plan_once(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);

    (void)state;
    answers(get(&read_op, secret), 200, "\"n\"");
    county_sql(&k, "update core.tenant set version = version + 1 where county = 431129");
    plans = 0;
    answers(get(&read_op, secret), 200, "\"n\"");
    assert_int_equal(plans, 2);
}

static void role_change(const char *secret, const char *role)
{
    county_sql(&k, arena_printf(k.arena,
                                "update admin.post set role = '%s', version = version + 1 where"
                                " id = (select post from core.session where hash = sha256('%s'))",
                                role, secret));
}

static void new_right_counts_at_once(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "volunteer", 431129100000);

    (void)state;
    answers(get(&read_op, secret), 403, "not_permitted");
    role_change(secret, "social_worker");
    answers(get(&read_op, secret), 200, "resident.read");
    role_change(secret, "volunteer");
    answers(get(&read_op, secret), 403, "not_permitted");
}

static void revoked_session_ends_at_once(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    int64_t before = traces("no_session");

    (void)state;
    answers(get(&read_op, secret), 200, "\"n\"");
    county_sql(&k, arena_printf(k.arena, "update core.session set ended_at = now()"
                                         " where hash = sha256('%s')", secret));
    answers(get(&read_op, secret), 401, "no_session");
    assert_int_equal(traces("no_session"), before + 1);
    answers(get(&read_op, secret), 401, "no_session");
    assert_int_equal(traces("no_session"), before + 1); /* an unknown token leaves no trace */
}

/* --- repeats ---------------------------------------------------------------------------------- */

static struct call *post(const struct op *op, const char *secret, const char *key)
{
    struct call *c = county_call(op, COUNTY, secret);

    c->idempotency_key = key;
    return ask(c);
}

static void repeat_finds_the_first_try(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    const char *change;
    struct call *c;

    (void)state;
    c = post(&idem_op, secret, "once");
    change = arena_strdup(k.arena, c->id);
    answers(c, 200, "\"n\":1");
    answers(post(&idem_op, secret, "once"), 201, change);
    assert_int_equal(county_number(&k, "select count(*) from core.idem where key = 'once'"), 1);
    never_mind = true; /* the row is out of sight: nothing to show */
    answers(post(&idem_op, secret, "once"), 409, "in_progress");
}

static void try_in_flight_is_told(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct db_error e;
    char *why = NULL;
    struct db_conn *other = db_open(k.db.dsn, 5000, &why);

    (void)state;
    assert_non_null(other);
    assert_int_equal(db_script(other, k.arena,
                               arena_printf(k.arena,
                                            "begin; insert into core.idem (county, actor, key,"
                                            " body, record, id, change)"
                                            " select 431129, account, 'flying',"
                                            " sha256('x'), 'test', account, account"
                                            " from core.session where hash = sha256('%s')", secret),
                               &e),
                     DB_OK);
    answers(post(&idem_op, secret, "flying"), 409, "in_progress");
    assert_int_equal(db_script(other, k.arena, "rollback", &e), DB_OK);
    answers(post(&idem_op, secret, "flying"), 200, "\"n\":1");
    db_close(other);
}

static void nothing_changed_is_looked_into(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);

    (void)state;
    answers(post(&nothing_op, secret, "never"), 412, "version_conflict");
    answers(post(&idem_op, secret, "done"), 200, "\"n\":1");
    answers(post(&nothing_op, secret, "done"), 201, "change");
    answers(post(&nowhere_op, secret, "done"), 412, "version_conflict");
}

static void refusals_are_explained(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);

    (void)state;
    answers(post(&fault_op, secret, NULL), 409, "wrong_state");
    answers(post(&fault_op, secret, "x"), 200, "\"n\":1");
}

/* --- threads ---------------------------------------------------------------------------------- */

static void handlers_run_behind_the_same_wall(void **state)
{
    const char *worker = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c = get(&thread_op, worker);

    (void)state;
    assert_string_equal(watched, arena_printf(k.arena, "elderly /thread %s", c->id));
    assert_int_equal(watching, 0);
    answers(c, 200, "visit.read");
    answers(get(&thread_op, county_sign_in(&k, COUNTY, "volunteer", 431129100000)), 403,
            "not_permitted");
    answers(get(&thread_op, county_sign_in(&k, COUNTY, "social_worker", 431129101000)), 404,
            "plugin-not-enabled");
    county_sql(&k, "update core.tenant set version = version + 1 where county = 431129");
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
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c[12];
    int done = 0, ok = 0, busy = 0;

    (void)state;
    answers(get(&any_op, secret), 200, "\"n\""); /* the hint is known, so all come at once */
    for (int i = 0; i < 12; i++) {
        c[i] = county_call(&nap_op, COUNTY, secret);
        backend.start(backend.self, c[i], done_count, &done);
    }
    until(&done, 12);
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
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *slow = county_call(&slow_op, COUNTY, secret);
    struct call *queued = county_call(&nap_op, COUNTY, secret);
    int done = 0;
    int64_t begin = clock_mono();

    (void)state;
    backend.start(backend.self, slow, done_count, &done);
    for (int i = 0; i < 15; i++)
        turn(20);
    backend.start(backend.self, queued, done_count, &done);
    backend.cancel(backend.self, queued);
    until(&done, 1);
    assert_int_equal(queued->reply.status, 503);
    backend.cancel(backend.self, slow);
    until(&done, 2);
    assert_true(clock_mono() - begin < 3 * 1000 * 1000);
    assert_int_equal(slow->reply.status, 503);
    call_free(slow);
    call_free(queued);
    answers(get(&nap_op, secret), 204, "");
}

static void who_leaves_in_the_loop_is_done(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c = county_call(&read_op, COUNTY, secret);
    int done = 0;

    (void)state;
    backend.start(backend.self, c, done_count, &done);
    backend.cancel(backend.self, c);
    assert_int_equal(done, 0);
    until(&done, 1);
    call_free(c);
}

/* Everything that was started is done when the dispatcher is gone. */
static void end_ends_every_call(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c[4];
    int done = 0;

    (void)state;
    answers(get(&any_op, secret), 200, "\"n\"");
    c[0] = county_call(&read_op, COUNTY, secret);
    c[1] = county_call(&nap_op, COUNTY, secret);
    c[2] = county_call(&nap_op, COUNTY, secret);
    c[3] = county_call(&any_op, 0, NULL);
    for (int i = 0; i < 4; i++)
        backend.start(backend.self, c[i], done_count, &done);
    close_all();
    assert_int_equal(done, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_not_equal(c[i]->reply.status, 0);
        call_free(c[i]);
    }
    open_all(k.gate);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, each_start, each_stop)
    const struct CMUnitTest tests[] = {
        T(anonymous_needs_nobody), T(without_session_nothing),
        T(permitted_passes_by_its_best_permission), T(denial_is_in_the_audit_before_the_answer),
        T(refusal_by_plan_is_traced_too), T(no_trace_no_answer), T(plugin_works_and_hides_at_once),
        T(stale_hint_repeats_the_plan_once), T(new_right_counts_at_once),
        T(revoked_session_ends_at_once), T(repeat_finds_the_first_try), T(try_in_flight_is_told),
        T(nothing_changed_is_looked_into), T(refusals_are_explained),
        T(handlers_run_behind_the_same_wall), T(secrets_are_the_gates), T(full_queue_is_told),
        T(who_leaves_frees_the_thread), T(who_leaves_in_the_loop_is_done), T(end_ends_every_call),
    };

    return cmocka_run_group_tests_name("dispatch", tests, group_start, group_stop);
}
