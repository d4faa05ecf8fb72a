/* Signing in, activating and changing one's password: on the password threads. */
#include "call/lazy.h"
#include "iam/body.h"
#include "iam/ops.h"
#include "iam/password.h"
#include "iam/refusal.h"
#include "iam/session.h"
#include "iam/session_json.h"

enum { TEXT_MAX = 1000, CODE_MAX = 64 };

/* The reply to anything but success. */
static void refuse(struct call *c, enum sign_in_result result, const struct sign_in *s)
{
    static const struct {
        int status;
        const char *code;
    } table[] = {
        [SIGN_IN_WRONG] = {401, "sign_in_failed"},
        [SIGN_IN_LOCKED] = {429, "account_locked"},
        [SIGN_IN_INACTIVE] = {403, "account_inactive"},
        [SIGN_IN_NO_POST] = {403, "no_post"},
        [SIGN_IN_UNAVAILABLE] = {503, "unavailable"},
    };

    if (result == SIGN_IN_LOCKED)
        c->reply.retry_after = s->wait;
    problem(c, table[result].status, table[result].code);
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
    s->password = body_text(c, "password", true, TEXT_MAX);
    s->post = body_uuid(c, "post", false);
    s->address = c->address;
    s->request = c->id;
    s->deadline = c->deadline;
}

static void finish(struct call *c, struct db_conn *gate, struct sign_in *s, bool cookie)
{
    enum sign_in_result result = sign_in(c->arena, gate, s);

    if (result == SIGN_IN_OK)
        reply_session(c, s, cookie);
    else
        refuse(c, result, s);
    crypto_wipe(s->secret, sizeof s->secret);
}

void sign_in_handle(struct call *c, struct db_conn *gate)
{
    struct sign_in s = {0};
    const struct jv *code = jv_get(c->input, "code");
    bool cookie = body_bool(c, "cookie");

    body_only(c, "login password post code cookie");
    read_common(c, &s);
    if (code && jv_type(code) != JV_NULL)
        fault_add(c, "/code", "second_factor_unsupported", NULL);
    if (!faults_reply(c))
        finish(c, gate, &s, cookie);
}

void activate_handle(struct call *c, struct db_conn *gate)
{
    struct sign_in s = {0};
    bool cookie = body_bool(c, "cookie");
    const char *fault;

    body_only(c, "login code password post cookie");
    read_common(c, &s);
    s.code = body_text(c, "code", true, CODE_MAX);
    fault = s.password && c->nfaults == 0 ? password_fault(s.password, &s.login) : NULL;
    if (fault)
        fault_add(c, "/password", fault, NULL);
    if (!faults_reply(c))
        finish(c, gate, &s, cookie);
}

/* --- a new password --------------------------------------------------------------------------- */

static struct lazy stmt_password = {
    .sql = "select core.password_set($1, $2::uuid, $3, $4, $5::inet, $6::uuid)"};

static bool password_store(struct call *c, struct db_conn *gate, const char *password)
{
    const char *p[] = {arena_printf(c->arena, "%d", c->county), c->actor->user, c->secret,
                       password_phc(c->arena, password), c->address, c->id};
    struct db_batch *b = batch_new(c->arena, c->deadline);

    lazy_add(b, &stmt_password, 6, p);
    b->repeatable = true;
    if (db_run(gate, b) != DB_OK) {
        refusal_reply(c, b);
        return false;
    }
    return rows_bool(b->item[0].rows, 0, 0) || problem(c, 401, "unauthorized");
}

void password_handle(struct call *c, struct db_conn *gate)
{
    struct sign_in s = {.address = c->address, .request = c->id, .deadline = c->deadline};
    const char *password, *fault;
    enum sign_in_result result;

    body_only(c, "current password");
    s.password = body_text(c, "current", true, TEXT_MAX);
    password = body_text(c, "password", true, TEXT_MAX);
    if (c->actor->narrow) {
        problem(c, 403, "forbidden");
        return;
    }
    if (!login_parse(arena_printf(c->arena, "%s@%d", c->actor->login, c->county), &s.login)) {
        problem(c, 500, "internal");
        return;
    }
    fault = password ? password_fault(password, &s.login) : NULL;
    if (fault)
        fault_add(c, "/password", fault, NULL);
    if (faults_reply(c))
        return;
    result = password_check(c->arena, gate, &s);
    if (result == SIGN_IN_WRONG) {
        fault_add(c, "/current", "password_wrong", NULL);
        faults_reply(c);
    } else if (result != SIGN_IN_OK) {
        refuse(c, result, &s);
    } else if (password_store(c, gate, password)) {
        reply_empty(c, 204);
    }
}
