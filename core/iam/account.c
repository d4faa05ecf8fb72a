#include "iam/account.h"

#include "base/time.h"
#include "base/uuid.h"
#include "call/lazy.h"
#include "iam/session.h"
#include "tenant/open.h"

enum { WAIT_US = 30 * 1000000 };

#define AUDIT_CREATE(object)                                                                     \
    " a as (insert into core.audit (county, actor, action, object, object_id, div, request)"     \
    " select county, '" NOBODY_UUID "', 'create', '" object "', id, div, change from r)"

static struct lazy stmt_account = {
    .sql = "with r as (insert into admin.account"
           " (county, id, div, org, change, created_by, updated_by,"
           " login, name, state, approved_by)"
           " select $1::int, $2::uuid, $3::bigint,"
           " coalesce($4::uuid, core.station_of($1::int, $3::bigint)), $2::uuid,"
           " '" NOBODY_UUID "', '" NOBODY_UUID "', $5, $6,"
           " case when $7::boolean then 'active' else 'proposed' end,"
           " case when $7::boolean then '" NOBODY_UUID "'::uuid end"
           " where not exists (select from admin.account x where x.county = $1 and x.login = $5)"
           " returning *),"
           " h as (insert into admin.account_history select * from r),"
           AUDIT_CREATE("admin.account") " select id from r"};

static struct lazy stmt_post = {
    .sql = "with r as (insert into admin.post"
           " (county, id, div, org, change, created_by, updated_by, account, role, kind, scope_div,"
           " state, approved_by)"
           " select x.county, $2::uuid, $3::bigint,"
           " coalesce($4::uuid, core.station_of($1::int, $3::bigint)), $2::uuid,"
           " '" NOBODY_UUID "', '" NOBODY_UUID "', x.id, $6, core.role_kind($6), $7::bigint,"
           " case when $8::boolean then 'active' else 'proposed' end,"
           " case when $8::boolean then '" NOBODY_UUID "'::uuid end"
           " from admin.account x where x.county = $1 and x.login = $5"
           " and not exists (select from admin.post p where p.county = $1 and p.account = x.id"
           " and p.role = $6 and p.scope_div = $7::bigint and p.state <> 'ended'"
           " and p.deleted_at is null)"
           " and not ($9::boolean and exists (select from admin.post p"
           " where p.county = $1 and p.account = x.id))"
           " returning *),"
           " h as (insert into admin.post_history select * from r),"
           AUDIT_CREATE("admin.post") " select id from r"};

static struct lazy stmt_state = {
    .sql = "select x.id, x.state, coalesce(c.password is not null, false)"
           " from admin.account x"
           " left join core.credential c on c.county = x.county and c.account = x.id"
           " where x.county = $1 and x.login = $2"};

static struct lazy stmt_code = {
    .sql = "with x as (select county, id, div from admin.account"
           " where county = $1 and login = $2 and state <> 'disabled' and deleted_at is null),"
           " r as (insert into core.credential as k (county, account, activation, activation_until)"
           " select county, id, $3::bytea, now() + interval '72 hours' from x"
           " on conflict (county, account) do update"
           " set activation = excluded.activation, activation_until = excluded.activation_until"
           " returning account),"
           " a as (insert into core.audit (county, actor, action, object, object_id, div, request)"
           " select county, '" NOBODY_UUID "', 'activation_code', 'admin.account', id, div,"
           " $4::uuid from x)"
           " select account from r"};

static bool fail(struct arena *a, const struct db_batch *b, const char **why)
{
    *why = b->status != DB_REFUSED ? "the database does not answer"
           : b->error.constraint && *b->error.constraint
               ? arena_printf(a, "refused by %s: %s", b->error.constraint, b->error.message)
               : arena_strdup(a, b->error.message);
    return false;
}

static const char *number_text(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static const char *fresh_id(struct arena *a)
{
    char *id = arena_alloc(a, UUID_TEXT);

    uuid7(id);
    return id;
}

bool account_add(struct arena *a, struct db_conn *owner, const struct account_wish *wish,
                 struct account_made *out, const char **why)
{
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *county = number_text(a, wish->login.county);
    const char *div = number_text(a, wish->div);
    const char *approved = wish->approved ? "t" : "f";
    const char *account[] = {county,           fresh_id(a), div,     wish->org,
                             wish->login.name, wish->name,  approved};
    const char *post[] = {county,     fresh_id(a),
                          div,        wish->org,
                          wish->login.name, wish->role,
                          number_text(a, wish->scope), approved,
                          wish->first_only ? "t" : "f"};
    const char *state[] = {county, wish->login.name};

    lazy_add(b, &stmt_account, 7, account);
    lazy_add(b, &stmt_post, 9, post);
    lazy_add(b, &stmt_state, 2, state);
    b->repeatable = true;
    if (db_run(owner, b) != DB_OK)
        return fail(a, b, why);
    out->account_new = rows_count(b->item[0].rows) > 0;
    out->post_new = rows_count(b->item[1].rows) > 0;
    out->account = rows_text(b->item[2].rows, 0, 0);
    out->state = rows_text(b->item[2].rows, 0, 1);
    out->activated = rows_bool(b->item[2].rows, 0, 2);
    return true;
}

bool account_code(struct arena *a, struct db_conn *owner, const struct login *login,
                  char code[ACTIVATION_TEXT], const char **why)
{
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *p[] = {number_text(a, login->county), login->name, NULL, fresh_id(a)};

    activation_code(code);
    p[2] = code_hash(a, code);
    lazy_add(b, &stmt_code, 4, p);
    b->repeatable = true;
    if (db_run(owner, b) != DB_OK)
        return fail(a, b, why);
    *why = "there is no such account, or it is disabled";
    return rows_count(b->item[0].rows) > 0;
}
