/* A one-time activation code for an account: the only way to a first or a forgotten password. */
#include "audit/audit.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/ops.h"
#include "iam/session.h"

static struct lazy stmt_issue = {
    .sql = "with r as materialized (select * from core.activation_issue($5::uuid, $6::bytea)),"
           " a as (" AUDIT_SELECT("activation_code", "admin.account", "r.account", "r.div")
           " from r where r.until is not null)"
           " select account, login, until as expires_at from r"};

bool activation_code_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 2];
    char *code = arena_alloc(c->arena, ACTIVATION_TEXT);

    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    activation_code(code);
    c->state = code;
    audit_params(c, p);
    p[4] = c->args[0];
    p[5] = code_hash(c->arena, code);
    lazy_add(b, &stmt_issue, AUDIT_PARAMS + 2, p);
    return true;
}

void activation_code_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    struct jw *w;

    if (rows_count(r) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    if (rows_null(r, 0, rows_column(r, "expires_at"))) {
        problem(c, 409, "account_in_use");
        return;
    }
    w = reply_json(c, 201);
    jw_object(w);
    row_members(w, r, 0, 0);
    jw_kv_text(w, "code", c->state);
    jw_end(w, '}');
}
