#include "iam/session_json.h"

#include "call/row_json.h"
#include "crypto/crypto.h"
#include "iam/login.h"
#include "iam/permission.h"

void post_json(struct call *c, struct jw *w, const struct db_rows *r, int row)
{
    const char *code = rows_text(r, row, rows_column(r, "role"));
    const struct role *role = role_find(code);

    jw_object(w);
    jw_kv_text(w, "id", rows_text(r, row, rows_column(r, "post")));
    jw_kv_text(w, "role", code);
    jw_kv_text(w, "role_name", !role ? code : c->lang == LANG_EN ? role->en : role->zh);
    jw_kv_text(w, "scope_div", rows_text(r, row, rows_column(r, "scope_div")));
    jw_kv_text(w, "org", rows_text(r, row, rows_column(r, "org")));
    jw_kv_text(w, "org_name", rows_text(r, row, rows_column(r, "org_name")));
    jw_end(w, '}');
}

void posts_json(struct call *c, struct jw *w, const struct db_rows *r)
{
    jw_array(w);
    for (int row = 0; row < rows_count(r); row++)
        post_json(c, w, r, row);
    jw_end(w, ']');
}

void token_members(struct jw *w, int county, const char *secret, const struct db_rows *r, int row)
{
    char token[TOKEN_TEXT];

    token_text(county, secret, token);
    jw_kv_text(w, "token", token);
    jw_key(w, "expires_at");
    cell_json(w, r, row, rows_column(r, "expires_at"));
    crypto_wipe(token, sizeof token);
}

void session_members(struct call *c, struct jw *w, int county, const char *secret, bool cookie,
                     const struct db_rows *r)
{
    int must = rows_column(r, "must");
    char *token;

    if (!rows_null(r, 0, must))
        jw_kv_text(w, "must", rows_text(r, 0, must));
    if (!cookie) {
        token_members(w, county, secret, r, 0);
        return;
    }
    token = arena_alloc(c->arena, TOKEN_TEXT);
    token_text(county, secret, token);
    c->reply.cookie = token;
    jw_key(w, "expires_at");
    cell_json(w, r, 0, rows_column(r, "expires_at"));
}
