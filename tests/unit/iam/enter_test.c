/* Hints and enter() against a real database: both sides of the second wall's gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/time.h"
#include "call/call.h"
#include "iam/county.h"
#include "iam/fingerprint.h"
#include "iam/hint.h"
#include "iam/refusal.h"
#include "tenant/keyring.h"

static struct county k;
static struct db_conn *app;
static struct hint_cache *hints;

static const struct op read_op = {
    .method = "GET", .path = "/residents", .permission = "resident.read resident.masked"};
static const struct op errand_op = {.method = "GET", .path = "/errands", .plugin = "elderly"};
static const struct op hidden_op = {.method = "GET", .path = "/errands", .plugin = "elderly",
                                    .flags = OP_NO_TOWNSHIP_CHECK};

static int group_start(void **state)
{
    char *why = NULL;

    (void)state;
    county_open(&k);
    app = db_open(k.app, 10000, &why);
    hints = hint_cache_new(100);
    return app ? 0 : -1;
}

static int group_stop(void **state)
{
    (void)state;
    hint_cache_free(hints);
    db_close(app);
    county_close(&k);
    return 0;
}

static struct call *call_of(const struct op *op, int county, const char *secret)
{
    struct call *c = county_call(op, county, secret);

    c->hints = hints;
    return c;
}

static bool fetch_into(struct hint_cache *h, struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    hint_plan(c, b);
    assert_int_equal(db_run(app, b), DB_OK);
    return hint_take(h, c, b);
}

static void fetch(struct call *c)
{
    assert_true(fetch_into(hints, c));
}

/* enter, and one number behind it. */
static struct db_batch *asking(struct call *c, enum enter_mode mode, const char *sql)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    enter_add(c, b, mode);
    batch_add(b, db_stmt_new(sql), 0, NULL);
    return b;
}

static const char units[] = "select count(*) from admin.org_unit";

/* --- hints ------------------------------------------------------------------------------------ */

static void hint_tells_who_asks(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c = call_of(&read_op, COUNTY, secret);
    const struct actor *a;

    (void)state;
    assert_false(hint_find(hints, c));
    fetch(c);
    a = c->actor;
    assert_int_equal(a->county, COUNTY);
    assert_true(a->scope.lo == 431129100000 && a->scope.hi == 431129101000);
    assert_int_equal(a->township, 431129100);
    assert_string_equal(a->role, "social_worker");
    assert_string_equal(a->name, "张三");
    assert_string_equal(a->org_name, "bureau");
    assert_null(a->narrow);
    assert_true(uuid_valid(a->user) && uuid_valid(a->post) && uuid_valid(a->org));
    assert_int_equal(a->nactivations, 1);
    assert_true(actor_has_plugin(a, "elderly"));
    assert_false(actor_has_plugin(a, "children"));
    assert_true(actor_plugin_on_at(a, "elderly", 431129100010));
    call_free(c);
    c = call_of(&read_op, COUNTY, secret);
    assert_true(hint_find(hints, c));
    assert_string_equal(c->actor->role, "social_worker");
    c->county = OTHER_COUNTY; /* the same secret under another county is another token */
    assert_false(hint_find(hints, c));
    call_free(c);
}

static void scopes_are_ranges(void **state)
{
    struct call *c = call_of(&read_op, COUNTY,
                             county_sign_in(&k, COUNTY, "county_admin", 431129000000));

    (void)state;
    fetch(c);
    assert_true(c->actor->scope.lo == 431129000000 && c->actor->scope.hi == 431130000000);
    assert_int_equal(c->actor->township, 0);
    assert_true(actor_has_plugin(c->actor, "children")); /* rows stay readable at the county */
    call_free(c);
    c = call_of(&read_op, COUNTY, county_sign_in(&k, COUNTY, "room_worker", 431129100010));
    fetch(c);
    assert_true(c->actor->scope.lo == 431129100010 && c->actor->scope.hi == 431129100011);
    assert_int_equal(c->actor->township, 431129100);
    call_free(c);
}

static void unknown_tokens_have_no_hint(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c = call_of(&read_op, OTHER_COUNTY, secret);

    (void)state;
    assert_false(fetch_into(hints, c));
    c->county = COUNTY;
    c->secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_false(fetch_into(hints, c));
    assert_null(c->actor);
    call_free(c);
}

static void cache_forgets_the_least_used(void **state)
{
    struct hint_cache *two = hint_cache_new(2);
    struct call *c[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        c[i] = call_of(&read_op, COUNTY,
                       county_sign_in(&k, COUNTY, "social_worker", 431129100000));
    assert_true(fetch_into(two, c[0]));
    assert_true(fetch_into(two, c[1]));
    assert_true(hint_find(two, c[0])); /* now c[1] is the oldest */
    assert_true(fetch_into(two, c[2]));
    assert_true(hint_find(two, c[0]));
    assert_false(hint_find(two, c[1]));
    assert_true(hint_find(two, c[2]));
    hint_drop(two, c[0]->county, c[0]->secret);
    assert_false(hint_find(two, c[0]));
    assert_string_equal(c[0]->actor->role, "social_worker"); /* held by its call */
    hint_cache_free(two);
    assert_string_equal(c[2]->actor->role, "social_worker");
    for (int i = 0; i < 3; i++)
        call_free(c[i]);
}

static void expired_hints_are_not_given(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c = call_of(&read_op, COUNTY, secret);
    struct timespec nap = {.tv_nsec = 600 * 1000 * 1000};

    (void)state;
    county_sql(&k, arena_printf(k.arena,
                                "update core.session set expires_at = now() + interval '500 ms'"
                                " where hash = sha256('%s')", secret));
    fetch(c);
    assert_true(hint_find(hints, c));
    nanosleep(&nap, NULL);
    assert_false(hint_find(hints, c));
    call_free(c);
}

static void first_hint_brings_the_keys(void **state)
{
    struct call *c = call_of(&read_op, OTHER_COUNTY,
                             county_sign_in(&k, OTHER_COUNTY, "social_worker", 321311100000));
    static const char *const purposes[] = {"data", "index"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        uint8_t key[KEY_LEN] = {1}, wrapped[KEY_LEN + SEAL_OVERHEAD];
        char hex[2 * sizeof wrapped + 1];

        keyring_wrap(OTHER_COUNTY, purposes[i], 1, key, wrapped);
        hex_encode(wrapped, sizeof wrapped, hex);
        county_sql(&k, arena_printf(k.arena,
                                    "insert into core.county_key (county, purpose, id, wrapped)"
                                    " values (%d, '%s', 1, '\\x%s')",
                                    OTHER_COUNTY, purposes[i], hex));
    }
    assert_false(keyring_has(OTHER_COUNTY));
    fetch(c);
    assert_true(keyring_has(OTHER_COUNTY));
    call_free(c);
}

/* --- enter ------------------------------------------------------------------------------------ */

static void enter_opens_the_scope_and_no_more(void **state)
{
    struct call *c = call_of(&read_op, COUNTY,
                             county_sign_in(&k, COUNTY, "county_admin", 431129000000));
    struct db_batch *b;

    (void)state;
    fetch(c);
    c->permission = "resident.read";
    b = asking(c, ENTER_LOOK, units);
    assert_true(enter_run(c, app, b));
    assert_int_equal(rows_int(b->item[1].rows, 0, 0), 1); /* of two counties' */
    b = batch_new(c->arena, c->deadline);
    batch_add(b, db_stmt_new(units), 0, NULL);
    assert_int_equal(db_run(app, b), DB_OK);
    assert_int_equal(rows_int(b->item[0].rows, 0, 0), 0); /* nothing is left of it */
    call_free(c);
}

static void modes_and_deadline_reach_the_server(void **state)
{
    static const char sync[] = "select (current_setting('synchronous_commit') = 'off')::int";
    static const char limit[] = "select extract(epoch from"
                                " current_setting('statement_timeout')::interval) * 1000";
    struct call *c = call_of(&read_op, COUNTY,
                             county_sign_in(&k, COUNTY, "county_admin", 431129000000));
    struct db_batch *b;

    (void)state;
    fetch(c);
    b = asking(c, ENTER_LOOK, sync);
    assert_true(enter_run(c, app, b));
    assert_int_equal(rows_int(b->item[1].rows, 0, 0), 1);
    b = asking(c, ENTER_DURABLE, sync);
    assert_true(enter_run(c, app, b));
    assert_int_equal(rows_int(b->item[1].rows, 0, 0), 0);
    b = asking(c, ENTER_LOOK, limit);
    assert_true(enter_run(c, app, b));
    assert_int_equal(atoll(rows_text(b->item[1].rows, 0, 0)), 5000);
    c->deadline = clock_mono() + 800 * 1000;
    b = asking(c, ENTER_LOOK, limit);
    assert_true(enter_run(c, app, b));
    assert_in_range(atoll(rows_text(b->item[1].rows, 0, 0)), 1, 800);
    call_free(c);
}

/* What the reply and the trace are when enter refuses. */
static void refused_as(struct call *c, int status, const char *code)
{
    struct db_batch *b = asking(c, ENTER_LOOK, units);

    assert_false(enter_run(c, app, b));
    assert_int_equal(c->reply.status, status);
    assert_non_null(strstr(c->reply.body.p, code));
    assert_string_equal(c->denial, code);
    assert_string_equal(c->reply.type, "application/problem+json");
}

static void ended_session_is_refused_at_once(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c = call_of(&read_op, COUNTY, secret);

    (void)state;
    fetch(c);
    county_sql(&k, arena_printf(k.arena,
                                "update core.session set ended_at = now()"
                                " where hash = sha256('%s')", secret));
    refused_as(c, 401, "no_session");
    assert_false(hint_find(hints, c)); /* forgotten */
    call_free(c);
}

static void forged_permission_is_refused(void **state)
{
    struct call *c = call_of(&read_op, COUNTY,
                             county_sign_in(&k, COUNTY, "hotline_operator", 431129000000));

    (void)state;
    fetch(c);
    c->permission = "resident.masked";
    assert_true(enter_run(c, app, asking(c, ENTER_LOOK, units)));
    c->permission = "resident.read";
    refused_as(c, 403, "not_permitted");
    call_free(c);
}

static void narrow_tokens_carry_only_theirs(void **state)
{
    const char *secret = county_sign_in(&k, COUNTY, "social_worker", 431129100000);
    struct call *c = call_of(&read_op, COUNTY, secret);

    (void)state;
    county_sql(&k, arena_printf(k.arena,
                                "update core.session set narrow = '{request.read,visit.read}'"
                                " where hash = sha256('%s')", secret));
    fetch(c);
    assert_string_equal(c->actor->narrow, "request.read visit.read");
    c->permission = "visit.read";
    assert_true(enter_run(c, app, asking(c, ENTER_LOOK, units)));
    c->permission = "resident.read";
    refused_as(c, 403, "not_permitted");
    call_free(c);
}

static void plugin_must_be_on_in_the_township(void **state)
{
    struct call *c = call_of(&errand_op, COUNTY,
                             county_sign_in(&k, COUNTY, "social_worker", 431129101000));

    (void)state;
    fetch(c);
    refused_as(c, 404, "plugin-not-enabled");
    c->op = &hidden_op;
    assert_true(enter_run(c, app, asking(c, ENTER_LOOK, units)));
    call_free(c);
    c = call_of(&errand_op, COUNTY, county_sign_in(&k, COUNTY, "social_worker", 431129100000));
    fetch(c);
    assert_true(enter_run(c, app, asking(c, ENTER_LOOK, units)));
    call_free(c);
}

static void stale_hint_is_fetched_and_repeated(void **state)
{
    struct call *c = call_of(&read_op, COUNTY,
                             county_sign_in(&k, COUNTY, "social_worker", 431129100000));
    int64_t before;
    struct db_batch *b;
    bool stale = false;

    (void)state;
    fetch(c);
    before = c->actor->county_version;
    county_sql(&k, "update core.tenant set version = version + 1 where county = 431129");
    b = asking(c, ENTER_LOOK, units);
    assert_int_equal(db_run(app, b), DB_REFUSED);
    assert_false(enter_refusal(c, b, &stale));
    assert_true(stale);
    b = asking(c, ENTER_LOOK, units);
    assert_true(enter_run(c, app, b));
    assert_int_equal(c->actor->county_version, before + 1);
    assert_int_equal(c->reply.status, 0);
    call_free(c);
}

static void later_refusals_are_the_callers(void **state)
{
    struct call *c = call_of(&read_op, COUNTY,
                             county_sign_in(&k, COUNTY, "social_worker", 431129100000));
    struct db_batch *b;

    (void)state;
    fetch(c);
    b = asking(c, ENTER_LOOK, "select 1 / 0");
    assert_false(enter_run(c, app, b));
    assert_int_equal(b->status, DB_REFUSED);
    assert_int_equal(c->reply.status, 0);
    assert_null(c->denial);
    call_free(c);
}

/* --- without a database ----------------------------------------------------------------------- */

static void refusals_have_one_meaning_each(void **state)
{
    static const struct {
        enum db_status status;
        const char *sqlstate;
        int http;
        const char *code;
    } rows[] = {
        {DB_REFUSED, "42501", 404, "not_found"},   {DB_REFUSED, "23505", 409, "duplicate"},
        {DB_REFUSED, "23514", 422, "invalid_input"}, {DB_REFUSED, "23503", 422, "invalid_input"},
        {DB_REFUSED, "22P02", 422, "invalid_input"}, {DB_REFUSED, "22003", 422, "invalid_input"},
        {DB_REFUSED, "57014", 503, "too_slow"},    {DB_REFUSED, "55P03", 503, "too_slow"},
        {DB_REFUSED, "40P01", 503, "unavailable"}, {DB_REFUSED, "53300", 503, "unavailable"},
        {DB_REFUSED, "53100", 503, "disk_full"},   {DB_REFUSED, "53200", 503, "unavailable"},
        {DB_REFUSED, "WL409", 503, "unavailable"}, {DB_REFUSED, "42883", 500, "internal"},
        {DB_REFUSED, "", 500, "internal"},         {DB_UNAVAILABLE, "08006", 503, "unavailable"},
        {DB_BUSY, "", 503, "unavailable"},         {DB_CANCELLED, "", 503, "unavailable"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct call *c = county_call(&read_op, COUNTY, NULL);
        struct db_batch *b = batch_new(c->arena, 0);
        const char *code = arena_printf(c->arena, "\"code\":\"%s\"", rows[i].code);

        b->status = rows[i].status;
        str_format(b->error.sqlstate, sizeof b->error.sqlstate, "%s", rows[i].sqlstate);
        b->error.message = "key (id_no)=(431129195508200022) exists";
        refusal_reply(c, b);
        assert_int_equal(c->reply.status, rows[i].http);
        assert_non_null(strstr(c->reply.body.p, code));
        assert_null(strstr(c->reply.body.p, "4311291955"));
        if (rows[i].http == 503)
            assert_in_range(c->reply.retry_after, 1, 5);
        call_free(c);
    }
}

static void fingerprint_binds_method_path_and_body(void **state)
{
    struct call *c = county_call(&read_op, COUNTY, NULL);
    uint8_t a[SHA256_LEN], b[SHA256_LEN];

    (void)state;
    c->body = "{}";
    c->body_n = 2;
    call_fingerprint(c, a);
    call_fingerprint(c, b);
    assert_memory_equal(a, b, sizeof a);
    c->body_n = 1;
    call_fingerprint(c, b);
    assert_memory_not_equal(a, b, sizeof a);
    c->body_n = 2;
    c->method = "POST";
    call_fingerprint(c, b);
    assert_memory_not_equal(a, b, sizeof a);
    c->method = "GET/residen";
    c->path = "ts";
    call_fingerprint(c, b);
    assert_memory_not_equal(a, b, sizeof a);
    call_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hint_tells_who_asks),
        cmocka_unit_test(scopes_are_ranges),
        cmocka_unit_test(unknown_tokens_have_no_hint),
        cmocka_unit_test(cache_forgets_the_least_used),
        cmocka_unit_test(expired_hints_are_not_given),
        cmocka_unit_test(first_hint_brings_the_keys),
        cmocka_unit_test(enter_opens_the_scope_and_no_more),
        cmocka_unit_test(modes_and_deadline_reach_the_server),
        cmocka_unit_test(ended_session_is_refused_at_once),
        cmocka_unit_test(forged_permission_is_refused),
        cmocka_unit_test(narrow_tokens_carry_only_theirs),
        cmocka_unit_test(plugin_must_be_on_in_the_township),
        cmocka_unit_test(stale_hint_is_fetched_and_repeated),
        cmocka_unit_test(later_refusals_are_the_callers),
        cmocka_unit_test(refusals_have_one_meaning_each),
        cmocka_unit_test(fingerprint_binds_method_path_and_body),
    };

    return cmocka_run_group_tests_name("enter", tests, group_start, group_stop);
}
