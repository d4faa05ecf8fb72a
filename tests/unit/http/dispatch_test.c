/* The dispatcher against a real database: who may pass, what is repeated, what is traced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/time.h"
#include "http/calls.h"
#include "iam/hint.h"
#include "json/jw.h"

static bool never_mind; /* idem_replay_render finds nothing */

/* --- operations ----------------------------------------------------------------------------- */

static bool scope_refused_plan(struct call *c, struct db_batch *b)
{
    (void)b;
    rig.plans++;
    return problem(c, 403, "forbidden");
}

/* Does what the statement of the op says, with the call's idempotency key as $1. */
static bool sql_plan(struct call *c, struct db_batch *b)
{
    const char **p = arena_alloc(c->arena, 2 * sizeof *p);

    rig.plans++;
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

static int start(void **state)
{
    if (calls_group_start(state) != 0)
        return -1;
    idem_op.data = db_stmt_new(idem_insert);
    nothing_op.data = db_stmt_new(nothing_select);
    nowhere_op.data = nothing_op.data;
    fault_op.data = db_stmt_new("select 1 / (length(coalesce($1, '')) + 0 * length($2))");
    return 0;
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
    assert_int_equal(rig.plans, 0);
}

static void permitted_passes_by_its_best_permission(void **state)
{
    const char *head = county_sign_in(&rig.k, COUNTY, "county_admin", 431129000000);
    const char *operator = county_sign_in(&rig.k, COUNTY, "hotline_operator", 431129000000);

    (void)state;
    answers(get(&read_op, head), 200, "\"n\":1,\"permission\":\"resident.read\",\"masked\":false");
    answers(get(&read_op, head), 200, "\"permission\":\"resident.read\"");
    answers(get(&read_op, operator), 200, "\"permission\":\"resident.masked\",\"masked\":true");
    answers(get(&any_op, operator), 200, "\"permission\":null,\"masked\":false");
    assert_int_equal(rig.plans, 4);
}

static void denial_is_in_the_audit_before_the_answer(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "volunteer", 431129100000);
    struct call *c = county_call(&read_op, COUNTY, secret);
    int64_t before = traces("not_permitted");

    (void)state;
    c->args[0] = "0190a0b0-0000-7000-8000-000000000001";
    c->nargs = 1;
    ask(c);
    assert_int_equal(traces("not_permitted"), before + 1);
    assert_int_equal(
        county_number(&rig.k, arena_printf(rig.k.arena,
                                       "select count(*) from core.audit where request = '%s'"
                                       " and county = 431129 and role = 'volunteer'"
                                       " and actor is not null and action = 'resident.read'"
                                       " and object = '/residents/{id}' and object_id = '%s'"
                                       " and address = '127.0.0.1'",
                                       c->id, c->args[0])),
        1);
    answers(c, 403, "not_permitted");
    assert_int_equal(rig.plans, 0);
}

static void refusal_by_plan_is_traced_too(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    int64_t before = traces("not_permitted");

    (void)state;
    answers(get(&scope_op, secret), 403, "forbidden");
    assert_int_equal(traces("not_permitted"), before + 1);
}

static void no_trace_no_answer(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "volunteer", 431129100000);

    (void)state;
    calls_close();
    calls_open("host=/nonexistent dbname=postgres user=wulian_gate");
    answers(get(&read_op, secret), 503, "unavailable");
}

/* --- hints that are old ----------------------------------------------------------------------- */

static void enable(bool on)
{
    county_sql(&rig.k, arena_printf(
                       rig.k.arena,
                       "insert into core.plugin_activation (county, township, plugin, enabled, by)"
                       " values (431129, 431129101, 'elderly', %s, gen_random_uuid())"
                       " on conflict (county, township, plugin)"
                       " do update set enabled = excluded.enabled;"
                       "update core.tenant set version = version + 1 where county = 431129",
                       on ? "true" : "false"));
}

static void plugin_works_and_hides_at_once(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129101000);

    (void)state;
    answers(get(&errand_op, secret), 404, "plugin-not-enabled");
    answers(get(&errand_op, secret), 404, "plugin-not-enabled"); /* the hint is remembered now */
    enable(true);
    answers(get(&errand_op, secret), 200, "\"n\"");
    answers(get(&errand_op, secret), 200, "\"n\"");
    enable(false);
    answers(get(&errand_op, secret), 404, "plugin-not-enabled");
    assert_true(traces("plugin-not-enabled") >= 3);
    assert_int_equal(county_number(&rig.k, "select count(*) from core.plugin_activation"
                                       " where township = 431129101 and not enabled"), 1);
}

static void stale_hint_repeats_the_plan_once(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);

    (void)state;
    answers(get(&read_op, secret), 200, "\"n\"");
    county_sql(&rig.k, "update core.tenant set version = version + 1 where county = 431129");
    rig.plans = 0;
    answers(get(&read_op, secret), 200, "\"n\"");
    assert_int_equal(rig.plans, 2);
}

static void role_change(const char *secret, const char *role)
{
    county_sql(&rig.k, arena_printf(rig.k.arena,
                                "update admin.post set role = '%s', version = version + 1 where"
                                " id = (select post from core.session where hash = sha256('%s'))",
                                role, secret));
}

static void new_right_counts_at_once(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "volunteer", 431129100000);

    (void)state;
    answers(get(&read_op, secret), 403, "not_permitted");
    role_change(secret, "social_worker");
    answers(get(&read_op, secret), 200, "resident.read");
    role_change(secret, "volunteer");
    answers(get(&read_op, secret), 403, "not_permitted");
}

static void revoked_session_ends_at_once(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    int64_t before = traces("no_session");

    (void)state;
    answers(get(&read_op, secret), 200, "\"n\"");
    county_sql(&rig.k, arena_printf(rig.k.arena, "update core.session set ended_at = now()"
                                         " where hash = sha256('%s')", secret));
    answers(get(&read_op, secret), 401, "no_session");
    assert_int_equal(traces("no_session"), before + 1);
    answers(get(&read_op, secret), 401, "no_session");
    assert_int_equal(traces("no_session"), before + 2); /* nor is an unknown token forgotten */
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
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    const char *change;
    struct call *c;

    (void)state;
    c = post(&idem_op, secret, "once");
    change = arena_strdup(rig.k.arena, c->id);
    answers(c, 200, "\"n\":1");
    answers(post(&idem_op, secret, "once"), 201, change);
    assert_int_equal(county_number(&rig.k, "select count(*) from core.idem where key = 'once'"), 1);
    never_mind = true; /* the row is out of sight: nothing to show */
    answers(post(&idem_op, secret, "once"), 422, "idempotency_key_reused");
    never_mind = false;
}

static void try_in_flight_is_told(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);
    struct db_error e;
    char *why = NULL;
    struct db_conn *other = db_open(rig.k.db.dsn, 5000, &why);

    (void)state;
    assert_non_null(other);
    assert_int_equal(db_script(other, rig.k.arena,
                               arena_printf(rig.k.arena,
                                            "begin; insert into core.idem (county, actor, key,"
                                            " body, record, id, change)"
                                            " select 431129, account, 'flying',"
                                            " sha256('x'), 'test', account, account"
                                            " from core.session where hash = sha256('%s')", secret),
                               &e),
                     DB_OK);
    answers(post(&idem_op, secret, "flying"), 409, "in_progress");
    assert_int_equal(db_script(other, rig.k.arena, "rollback", &e), DB_OK);
    answers(post(&idem_op, secret, "flying"), 200, "\"n\":1");
    db_close(other);
}

static void nothing_changed_is_looked_into(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);

    (void)state;
    answers(post(&nothing_op, secret, "never"), 412, "version_conflict");
    answers(post(&idem_op, secret, "done"), 200, "\"n\":1");
    answers(post(&nothing_op, secret, "done"), 201, "change");
    answers(post(&nowhere_op, secret, "done"), 412, "version_conflict");
}

static void refusals_are_explained(void **state)
{
    const char *secret = county_sign_in(&rig.k, COUNTY, "social_worker", 431129100000);

    (void)state;
    answers(post(&fault_op, secret, NULL), 409, "wrong_state");
    answers(post(&fault_op, secret, "x"), 200, "\"n\":1");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, calls_start, calls_stop)
    const struct CMUnitTest tests[] = {
        T(anonymous_needs_nobody), T(without_session_nothing),
        T(permitted_passes_by_its_best_permission), T(denial_is_in_the_audit_before_the_answer),
        T(refusal_by_plan_is_traced_too), T(no_trace_no_answer), T(plugin_works_and_hides_at_once),
        T(stale_hint_repeats_the_plan_once), T(new_right_counts_at_once),
        T(revoked_session_ends_at_once), T(repeat_finds_the_first_try), T(try_in_flight_is_told),
        T(nothing_changed_is_looked_into), T(refusals_are_explained),
    };

    return cmocka_run_group_tests_name("dispatch", tests, start, calls_group_stop);
}
