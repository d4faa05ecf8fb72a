/* Signing in, activating and changing one's password: on the password threads. */
#include "call/lazy.h"
#include "iam/body.h"
#include "iam/device.h"
#include "iam/factor.h"
#include "iam/ops.h"
#include "iam/password.h"
#include "iam/refusal.h"
#include "iam/session.h"
#include "iam/session_json.h"

enum { TEXT_MAX = PASSWORD_TEXT_MAX, CODE_MAX = 64 };

void sign_in_refuse(struct call *c, enum sign_in_result result, const struct sign_in *s)
{
    static const struct {
        int status;
        const char *code;
    } table[] = {
        [SIGN_IN_WRONG] = {401, "sign_in_failed"},
        [SIGN_IN_CODE] = {401, "code-required"},
        [SIGN_IN_LOCKED] = {429, "account_locked"},
        [SIGN_IN_SLOWED] = {429, "too_many_sign_ins"},
        [SIGN_IN_INACTIVE] = {403, "account_inactive"},
        [SIGN_IN_NO_POST] = {403, "no_post"},
        [SIGN_IN_UNAVAILABLE] = {503, "unavailable"},
    };

    c->reply.retry_after = s->wait;
    problem(c, table[result].status, table[result].code);
}

bool sign_in_self(struct call *c, struct sign_in *s)
{
    s->address = c->address;
    s->request = c->id;
    s->deadline = c->deadline;
    if (!login_parse(arena_printf(c->arena, "%s@%d", c->actor->login, c->county), &s->login))
        return problem(c, 500, "internal");
    s->device = device_known(c, &s->login);
    return true;
}

static void reply_session(struct call *c, const struct sign_in *s, bool cookie)
{
    struct jw *w = reply_json(c, 201);
    const struct db_rows *r = s->session;

    jw_object(w);
    session_members(c, w, s->login.county, s->secret, cookie, r);
    jw_key(w, "account");
    jw_object(w);
    jw_kv_text(w, "id", s->account);
    jw_kv_text(w, "login", arena_printf(c->arena, "%s@%d", s->login.name, s->login.county));
    jw_kv_text(w, "name", rows_text(r, 0, rows_column(r, "name")));
    jw_end(w, '}');
    jw_key(w, "post");
    post_json(c, w, r, 0);
    jw_key(w, "posts");
    posts_json(c, w, s->posts);
    jw_end(w, '}');
}

/* What a request to sign in has in common with one to activate. */
static void read_common(struct call *c, struct sign_in *s)
{
    const char *login = body_text(c, "login", true, TEXT_MAX);

    if (login && !login_parse(login, &s->login))
        fault_add(c, "/login", "login", NULL);
    else if (login)
        s->device = device_known(c, &s->login);
    s->password = body_text(c, "password", true, TEXT_MAX);
    s->post = body_uuid(c, "post", false);
    s->address = c->address;
    s->request = c->id;
    s->deadline = c->deadline;
}

/* What the account has against its new password: a fault at its field. False: it was not that. */
static bool unsuitable(struct call *c, enum sign_in_result result)
{
    if (result != SIGN_IN_USED && result != SIGN_IN_NAMED)
        return false;
    fault_add(c, "/password", result == SIGN_IN_USED ? "password_used" : "password_context", NULL);
    return faults_reply(c);
}

static void finish(struct call *c, struct db_conn *gate, struct sign_in *s, bool cookie)
{
    enum sign_in_result result = sign_in(c->arena, gate, s);

    if (result == SIGN_IN_OK) {
        reply_session(c, s, cookie);
        if (cookie)
            device_give(c, &s->login);
    } else if (!unsuitable(c, result)) {
        sign_in_refuse(c, result, s);
    }
    crypto_wipe(s->secret, sizeof s->secret);
}

/* A new password against the rules of its county: faults at its field. False: the reply is set. */
static bool password_suits(struct call *c, struct db_conn *gate, const struct login *login,
                           const char *password)
{
    struct password_rules rules;
    const char *fault;

    if (!password_rules_read(c->arena, gate, login->county, c->deadline, &rules)) {
        refusal_busy(c, "unavailable");
        return false;
    }
    const char *const args[] = {arena_printf(c->arena, "%d", rules.least), NULL};
    fault = password_fault(password, login, &rules);
    if (fault)
        fault_add(c, "/password", fault, args);
    return !faults_reply(c);
}

void sign_in_handle(struct call *c, struct db_conn *gate)
{
    struct sign_in s = {0};
    bool cookie = body_bool(c, "cookie");

    body_only(c, "login password post code cookie");
    read_common(c, &s);
    s.factor = body_text(c, "code", false, FACTOR_TEXT_MAX);
    if (!faults_reply(c))
        finish(c, gate, &s, cookie);
}

void activate_handle(struct call *c, struct db_conn *gate)
{
    struct sign_in s = {0};
    bool cookie = body_bool(c, "cookie");

    body_only(c, "login code password post cookie");
    read_common(c, &s);
    s.code = body_text(c, "code", true, CODE_MAX);
    if (!faults_reply(c) && password_suits(c, gate, &s.login, s.password))
        finish(c, gate, &s, cookie);
}

/* --- a new password --------------------------------------------------------------------------- */

static struct lazy stmt_password = {
    .sql = "select core.password_set($1, $2::uuid, $3, $4, $5, $6::inet, $7::uuid)"};

static bool password_store(struct call *c, struct db_conn *gate, const char *password,
                           const char *device)
{
    const char *p[] = {arena_printf(c->arena, "%d", c->county), c->actor->user, c->secret,
                       password_phc(c->arena, password), device, c->address, c->id};
    struct db_batch *b = batch_new(c->arena, c->deadline);

    lazy_add(b, &stmt_password, 7, p);
    b->repeatable = true;
    if (db_run(gate, b) != DB_OK) {
        refusal_reply(c, b);
        return false;
    }
    return rows_bool(b->item[0].rows, 0, 0) || problem(c, 401, "unauthorized");
}

void password_handle(struct call *c, struct db_conn *gate)
{
    struct sign_in s = {0};
    const char *password;
    enum sign_in_result result;

    body_only(c, "current password");
    s.password = body_text(c, "current", true, TEXT_MAX);
    password = body_text(c, "password", true, TEXT_MAX);
    if (!session_own(c) || faults_reply(c) || !sign_in_self(c, &s) ||
        !password_suits(c, gate, &s.login, password))
        return;
    result = password_check(c->arena, gate, &s);
    if (result == SIGN_IN_OK)
        result = password_new_check(c->arena, gate, &s, NULL, password);
    if (result == SIGN_IN_WRONG) {
        fault_add(c, "/current", "password_wrong", NULL);
        faults_reply(c);
    } else if (result != SIGN_IN_OK) {
        if (!unsuitable(c, result))
            sign_in_refuse(c, result, &s);
    } else if (password_store(c, gate, password, s.device)) {
        reply_empty(c, 204);
    }
}
