/* Signing in against a real database: the failure counter, locks, codes, parallel sessions. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/time.h"
#include "base/uuid.h"
#include "iam/account.h"
#include "iam/county.h"
#include "iam/session.h"

enum { LOG_N = 4, WAIT_US = 20 * 1000000 };

#define PASSWORD "Nine-hills 2026"

static struct county k;
static struct db_conn *gate, *owner;

static int group_start(void **state)
{
    char dsn[400];
    char *why = NULL;

    (void)state;
    county_open(&k);
    session_cost(LOG_N);
    gate = db_open(k.gate, 10000, &why);
    str_format(dsn, sizeof dsn, "%s user=wulian_owner", k.db.dsn);
    owner = db_open(dsn, 10000, &why);
    return gate && owner ? 0 : -1;
}

static int group_stop(void **state)
{
    (void)state;
    db_close(gate);
    db_close(owner);
    county_close(&k);
    return 0;
}

/* --- people ----------------------------------------------------------------------------------- */

static struct account_made make(const char *name, const char *role, bool approved)
{
    struct account_wish wish = {.name = "张三",
                                .role = role,
                                .div = 431129100000,
                                .scope = 431129100000,
                                .approved = approved};
    struct account_made made;
    const char *why = "";

    wish.login.county = COUNTY;
    str_format(wish.login.name, sizeof wish.login.name, "%s", name);
    if (!account_add(k.arena, owner, &wish, &made, &why))
        fail_msg("%s: %s", name, why);
    return made;
}

static const char *code_of(const char *name)
{
    char *code = arena_alloc(k.arena, ACTIVATION_TEXT);
    struct login login = {.county = COUNTY};
    const char *why = "";

    str_format(login.name, sizeof login.name, "%s", name);
    if (!account_code(k.arena, owner, &login, code, &why))
        fail_msg("%s: %s", name, why);
    return code;
}

static enum sign_in_result try(struct db_conn *conn, const char *name, const char *password,
                               const char *code, struct sign_in *s)
{
    char *request = arena_alloc(k.arena, UUID_TEXT);
    struct arena *a = arena_new(16 << 20);
    enum sign_in_result result;

    uuid7(request);
    *s = (struct sign_in){.login = {.county = COUNTY},
                          .password = password,
                          .code = code,
                          .request = request,
                          .deadline = clock_mono() + WAIT_US};
    str_format(s->login.name, sizeof s->login.name, "%s", name);
    result = sign_in(a, conn, s);
    arena_free(a);
    return result;
}

static enum sign_in_result with_password(const char *name, const char *password)
{
    struct sign_in s;

    return try(gate, name, password, NULL, &s);
}

static enum sign_in_result with_code(const char *name, const char *code)
{
    struct sign_in s;

    return try(gate, name, PASSWORD, code, &s);
}

/* An account that has its password. */
static void settle(const char *name, const char *role)
{
    make(name, role, true);
    assert_int_equal(with_code(name, code_of(name)), SIGN_IN_OK);
}

static int64_t live(const char *name)
{
    return county_number(
        &k, arena_printf(k.arena,
                         "select count(*) from core.session s join admin.account a on"
                         " a.county = s.county and a.id = s.account where a.login = '%s'"
                         " and s.ended_at is null",
                         name));
}

static int64_t audited(const char *name, const char *action, const char *result)
{
    return county_number(
        &k, arena_printf(k.arena,
                         "select count(*) from core.audit x join admin.account a on"
                         " a.county = x.county and a.id = x.object_id where a.login = '%s'"
                         " and x.action = '%s' and x.result = '%s'",
                         name, action, result));
}

/* --- the tests -------------------------------------------------------------------------------- */

static void a_code_works_once(void **state)
{
    const char *code;

    (void)state;
    make("once", "social_worker", true);
    code = code_of("once");
    assert_int_equal(with_password("once", PASSWORD), SIGN_IN_WRONG);
    assert_int_equal(with_code("once", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"), SIGN_IN_WRONG);
    assert_int_equal(with_code("once", "too short"), SIGN_IN_WRONG);
    assert_int_equal(with_code("once", code), SIGN_IN_OK);
    assert_int_equal(with_code("once", code), SIGN_IN_WRONG);
    assert_int_equal(with_password("once", PASSWORD), SIGN_IN_OK);
    assert_int_equal(with_password("once", "Jiang-hua 2027"), SIGN_IN_WRONG);
    assert_int_equal(audited("once", "activate", "ok"), 1);
    assert_int_equal(audited("once", "sign_in", "ok"), 2);
    assert_int_equal(audited("once", "sign_in_failed", "wrong_secret"), 5);
}

static void codes_may_be_typed_anyhow(void **state)
{
    const char *code;
    char *typed;
    size_t n = 0;

    (void)state;
    make("typed", "social_worker", true);
    code = code_of("typed");
    typed = arena_alloc(k.arena, 2 * ACTIVATION_TEXT);
    for (size_t i = 0; code[i]; i++) {
        if (code[i] == '-')
            continue;
        typed[n++] = code[i] >= 'A' && code[i] <= 'Z' ? (char)(code[i] + 'a' - 'A') : code[i];
        if (i % 3 == 0)
            typed[n++] = ' ';
    }
    assert_int_equal(with_code("typed", typed), SIGN_IN_OK);
}

static void old_codes(void **state)
{
    const char *first;
    const char *second;

    (void)state;
    make("late", "social_worker", true);
    first = code_of("late");
    second = code_of("late");
    assert_int_equal(with_code("late", first), SIGN_IN_WRONG); /* void since the second */
    county_sql(&k, "update core.credential c set activation_until = now() from admin.account a"
                   " where a.login = 'late' and c.account = a.id");
    assert_int_equal(with_code("late", second), SIGN_IN_WRONG);
}

/* The code of somebody who waits for approval is not used up by trying. */
static void nobody_before_approval(void **state)
{
    const char *code;

    (void)state;
    make("waiting", "social_worker", false);
    code = code_of("waiting");
    assert_int_equal(with_code("waiting", code), SIGN_IN_INACTIVE);
    county_sql(&k, "update admin.account set state = 'active', approved_by = id"
                   " where login = 'waiting'");
    assert_int_equal(with_code("waiting", code), SIGN_IN_NO_POST);
    county_sql(&k, "update admin.post p set state = 'active', approved_by = a.id"
                   " from admin.account a where a.login = 'waiting' and p.account = a.id");
    assert_int_equal(with_code("waiting", code), SIGN_IN_OK);
    county_sql(&k, "update admin.account set state = 'disabled' where login = 'waiting'");
    assert_int_equal(with_password("waiting", PASSWORD), SIGN_IN_INACTIVE);
    assert_int_equal(with_password("waiting", "something else"), SIGN_IN_WRONG);
}

static void posts_have_dates(void **state)
{
    (void)state;
    settle("dated", "social_worker");
    county_sql(&k, "update admin.post p set valid_from = core.today() - 10, valid_to = core.today()"
                   " from admin.account a where a.login = 'dated' and p.account = a.id");
    assert_int_equal(with_password("dated", PASSWORD), SIGN_IN_NO_POST);
}

static void five_failures_lock(void **state)
{
    struct sign_in s;

    (void)state;
    settle("locked", "social_worker");
    for (int i = 0; i < 5; i++)
        assert_int_equal(with_password("locked", "wrong"), SIGN_IN_WRONG);
    assert_int_equal(try(gate, "locked", PASSWORD, NULL, &s), SIGN_IN_LOCKED);
    assert_in_range(s.wait, 595, 600);
    assert_int_equal(with_code("locked", code_of("locked")), SIGN_IN_LOCKED);
    assert_int_equal(audited("locked", "sign_in_failed", "locked"), 2);

    /* the lock runs out; the next five double it */
    county_sql(&k, "update core.sign_in_throttle set locked_until = now()"
                   " where login = sha256('locked')");
    for (int i = 0; i < 5; i++)
        assert_int_equal(with_password("locked", "wrong"), SIGN_IN_WRONG);
    assert_int_equal(try(gate, "locked", PASSWORD, NULL, &s), SIGN_IN_LOCKED);
    assert_in_range(s.wait, 1195, 1200);

    /* at most a day, however many */
    county_sql(&k, "update core.sign_in_throttle set locked_until = now(), failures = 2000000004"
                   " where login = sha256('locked')");
    assert_int_equal(with_password("locked", "wrong"), SIGN_IN_WRONG);
    assert_int_equal(try(gate, "locked", PASSWORD, NULL, &s), SIGN_IN_LOCKED);
    assert_in_range(s.wait, 86395, 86400);
    county_sql(&k, "update core.sign_in_throttle set locked_until = now()"
                   " where login = sha256('locked')");
    assert_int_equal(with_password("locked", PASSWORD), SIGN_IN_OK);
    assert_int_equal(county_number(&k, "select count(*) from core.sign_in_throttle"
                                       " where login = sha256('locked')"),
                     0);
}

/* A lock must not tell which logins exist. */
static void unknown_logins_lock_alike(void **state)
{
    struct sign_in s;

    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(with_password("nobody", "wrong"), SIGN_IN_WRONG);
    assert_int_equal(try(gate, "nobody", "wrong", NULL, &s), SIGN_IN_LOCKED);
    assert_in_range(s.wait, 595, 600);
}

static void no_such_county(void **state)
{
    char request[UUID_TEXT];
    struct sign_in s = {.login = {.county = 110101, .name = "admin"},
                        .password = PASSWORD,
                        .request = request,
                        .deadline = clock_mono() + WAIT_US};

    (void)state;
    uuid7(request);
    assert_int_equal(sign_in(k.arena, gate, &s), SIGN_IN_WRONG);
    assert_int_equal(
        county_number(&k, "select count(*) from core.sign_in_throttle where county = 110101"), 0);
}

enum { ATTACKERS = 4, TRIES = 5 };

static void *attack(void *counted)
{
    int *wrong = counted;
    char *why = NULL;
    struct db_conn *conn = db_open(k.gate, 10000, &why);
    struct arena *a = arena_new(16 << 20);

    for (int i = 0; conn && i < TRIES; i++) {
        char request[UUID_TEXT];
        struct sign_in s = {.login = {.county = COUNTY, .name = "flooded"},
                            .password = "wrong",
                            .request = request,
                            .deadline = clock_mono() + WAIT_US};

        uuid7(request);
        *wrong += sign_in(a, conn, &s) == SIGN_IN_WRONG;
    }
    arena_free(a);
    db_close(conn);
    return NULL;
}

/* Twenty tries on four connections at once: five are checked, the others find the lock. */
static void parallel_tries_do_not_slip_past(void **state)
{
    pthread_t thread[ATTACKERS];
    int wrong[ATTACKERS] = {0};
    int all = 0;

    (void)state;
    settle("flooded", "social_worker");
    for (int i = 0; i < ATTACKERS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, attack, &wrong[i]), 0);
    for (int i = 0; i < ATTACKERS; i++) {
        pthread_join(thread[i], NULL);
        all += wrong[i];
    }
    assert_int_equal(all, 5);
    assert_int_equal(with_password("flooded", PASSWORD), SIGN_IN_LOCKED);
}

static void at_most_three_sessions(void **state)
{
    struct sign_in s;
    const char *first;

    (void)state;
    settle("many", "social_worker");
    county_sql(&k, "update core.session s set ended_at = now() from admin.account a"
                   " where a.login = 'many' and s.account = a.id");
    assert_int_equal(try(gate, "many", PASSWORD, NULL, &s), SIGN_IN_OK);
    first = secret_hash(k.arena, s.secret);
    for (int i = 0; i < 3; i++)
        assert_int_equal(with_password("many", PASSWORD), SIGN_IN_OK);
    assert_int_equal(live("many"), 3);
    assert_int_equal(county_number(&k, arena_printf(k.arena,
                                                    "select count(*) from core.session where hash ="
                                                    " '%s' and ended_at is null",
                                                    first)),
                     0);
}

static void a_new_password_ends_sessions(void **state)
{
    struct sign_in s;

    (void)state;
    settle("reset", "social_worker");
    assert_int_equal(with_password("reset", PASSWORD), SIGN_IN_OK);
    assert_int_equal(live("reset"), 2);
    assert_int_equal(with_code("reset", code_of("reset")), SIGN_IN_USED);
    assert_int_equal(live("reset"), 2);
    assert_int_equal(try(gate, "reset", PASSWORD "!", code_of("reset"), &s), SIGN_IN_OK);
    assert_int_equal(live("reset"), 1);
}

/* A hash made when the cost was lower is made anew at the next sign-in. */
static void hashes_grow_with_the_cost(void **state)
{
    (void)state;
    settle("cheap", "social_worker");
    session_cost(LOG_N + 1);
    assert_int_equal(with_password("cheap", PASSWORD), SIGN_IN_OK);
    assert_int_equal(county_number(&k, "select count(*) from core.credential c join admin.account a"
                                       " on a.id = c.account where a.login = 'cheap'"
                                       " and c.password like '$scrypt$ln=5,%'"),
                     1);
    assert_int_equal(with_password("cheap", PASSWORD), SIGN_IN_OK);
    session_cost(LOG_N);
}

static void administrators_sign_out_sooner(void **state)
{
    (void)state;
    settle("sec", "sec_admin");
    settle("work", "social_worker");
    assert_int_equal(county_number(&k, "select round(extract(epoch from max(s.expires_at -"
                                       " s.opened_at)) / 3600) from core.session s join"
                                       " admin.account a on a.id = s.account where"
                                       " a.login = 'sec'"),
                     8);
    assert_int_equal(county_number(&k, "select round(extract(epoch from max(s.expires_at -"
                                       " s.opened_at)) / 3600) from core.session s join"
                                       " admin.account a on a.id = s.account where"
                                       " a.login = 'work'"),
                     12);
}

/* 三员分立: the second kind is refused by the table, whoever writes. */
static void one_kind_a_person(void **state)
{
    struct account_wish wish = {.login = {COUNTY, "two-hats"},
                                .name = "李四",
                                .role = "sys_admin",
                                .div = 431129000000,
                                .scope = 431129000000,
                                .approved = true};
    struct account_made made;
    const char *why = "";

    (void)state;
    assert_true(account_add(k.arena, owner, &wish, &made, &why));
    assert_true(made.account_new && made.post_new);
    assert_true(account_add(k.arena, owner, &wish, &made, &why));
    assert_false(made.account_new || made.post_new);
    wish.role = "audit_admin";
    assert_false(account_add(k.arena, owner, &wish, &made, &why));
    assert_non_null(strstr(why, "post_one_kind"));
    wish.role = "social_worker";
    assert_false(account_add(k.arena, owner, &wish, &made, &why));
    assert_non_null(strstr(why, "post_one_kind"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_works_once),
        cmocka_unit_test(codes_may_be_typed_anyhow),
        cmocka_unit_test(old_codes),
        cmocka_unit_test(nobody_before_approval),
        cmocka_unit_test(posts_have_dates),
        cmocka_unit_test(five_failures_lock),
        cmocka_unit_test(unknown_logins_lock_alike),
        cmocka_unit_test(no_such_county),
        cmocka_unit_test(parallel_tries_do_not_slip_past),
        cmocka_unit_test(at_most_three_sessions),
        cmocka_unit_test(a_new_password_ends_sessions),
        cmocka_unit_test(hashes_grow_with_the_cost),
        cmocka_unit_test(administrators_sign_out_sooner),
        cmocka_unit_test(one_kind_a_person),
    };

    return cmocka_run_group_tests(tests, group_start, group_stop);
}
