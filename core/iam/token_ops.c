/* API tokens: on the caller's present post, narrower than it, shown once. */
#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "iam/ops.h"
#include "iam/permission.h"
#include "iam/session.h"
#include "iam/session_json.h"

enum { NAME_MAX_CHARS = 60, PERMISSIONS_MAX = 100, DAYS_MAX = 366 };

static bool held(const struct call *c, const char *permission)
{
    return permission && permission_held(c->actor->role, permission);
}

/* '{"a.read","b.read"}': permissions are words and a dot, found in the matrix, so nothing in them
 * needs quoting. */
static const char *read_permissions(struct call *c)
{
    const struct jv *list = jv_get(c->input, "permissions");
    const char *out = "{";

    if (jv_type(list) != JV_ARRAY || jv_count(list) == 0 || jv_count(list) > PERMISSIONS_MAX) {
        fault_add(c, "/permissions", "list_expected", NULL);
        return NULL;
    }
    for (size_t i = 0; i < jv_count(list); i++) {
        const char *one = jv_text(jv_at(list, i));

        if (held(c, one))
            out = arena_printf(c->arena, "%s%s\"%s\"", out, i ? "," : "", one);
        else
            fault_add(c, arena_printf(c->arena, "/permissions/%zu", i), "permission_not_held",
                      NULL);
    }
    return arena_printf(c->arena, "%s}", out);
}

static const char *read_days(struct call *c)
{
    const char *const bounds[] = {"1", "366", NULL};
    int64_t days;

    if (jv_int(jv_get(c->input, "days"), &days) && days >= 1 && days <= DAYS_MAX)
        return arena_printf(c->arena, "%d", (int)days);
    fault_add(c, "/days", "range", bounds);
    return NULL;
}

static struct lazy stmt_create = {
    .sql = "with r as (select * from core.token_create($5, $6::bytea, $7, $8::text[], $9::int)),"
           " a as (" AUDIT_SELECT("create", "core.session", "r.id", "null")
           " from r) select * from r"};

bool token_create_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 5];
    char *secret = arena_alloc(c->arena, TOKEN_SECRET_TEXT);

    if (!session_only(c))
        return false;
    body_only(c, "name permissions days");
    audit_params(c, p);
    p[4] = c->secret;
    p[6] = body_text(c, "name", true, NAME_MAX_CHARS);
    p[7] = read_permissions(c);
    p[8] = read_days(c);
    if (faults_reply(c))
        return false;
    token_secret(secret);
    c->state = secret;
    p[5] = secret_hash(c->arena, secret);
    lazy_add(b, &stmt_create, AUDIT_PARAMS + 5, p);
    return true;
}

void token_create_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    struct jw *w;

    if (rows_count(r) == 0) {
        problem(c, 409, "too_many_tokens");
        return;
    }
    w = reply_json(c, 201);
    jw_object(w);
    jw_kv_text(w, "id", rows_text(r, 0, rows_column(r, "id")));
    token_members(w, c->county, c->state, r, 0);
    jw_end(w, '}');
}

static struct lazy stmt_list = {
    .sql = "select id, name, post, role, to_jsonb(narrow) as permissions, opened_at, seen_at,"
           " expires_at from core.my_sessions($1) where kind = 'token'"};

bool tokens_plan(struct call *c, struct db_batch *b)
{
    lazy_add(b, &stmt_list, 1, &c->secret);
    return true;
}

void tokens_render(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    rows_json(w, b->item[b->n - 1].rows);
    jw_end(w, '}');
}

static struct lazy stmt_delete = {
    .sql = "with r as (select * from core.session_end(null, $5::uuid)), a as ("
           AUDIT_SELECT("delete", "core.session", "r.id", "null")
           " from r) select id from r"};

bool token_delete_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 1];

    if (!session_only(c))
        return false;
    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    audit_params(c, p);
    p[4] = c->args[0];
    lazy_add(b, &stmt_delete, AUDIT_PARAMS + 1, p);
    return true;
}

void token_delete_render(struct call *c, struct db_batch *b)
{
    if (rows_count(b->item[b->n - 1].rows) > 0)
        reply_empty(c, 204);
    else
        problem(c, 404, "not_found");
}
