/* Who I am, my sessions, another of my posts, signing out. */
#include "audit/audit.h"
#include "base/str.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "iam/body.h"
#include "iam/ops.h"
#include "iam/permission.h"
#include "iam/session.h"
#include "iam/session_json.h"

bool session_only(struct call *c)
{
    return !c->actor->narrow || problem(c, 403, "forbidden");
}

bool session_own(struct call *c)
{
    return !c->actor->narrow || !*c->actor->narrow || problem(c, 403, "forbidden");
}

/* --- GET /me ---------------------------------------------------------------------------------- */

static struct lazy stmt_posts = {.sql = "select * from core.my_posts()"};
static struct lazy stmt_current = {
    .sql = "select s.id, s.kind, s.expires_at, e.must, coalesce(e.second_factor, false)"
           " as second_factor, e.recovery_codes"
           " from core.my_sessions($1) s, core.my_entry($1) e where s.current"};

/* As many as a page of them shows; above that the number says nothing. */
static struct lazy stmt_unread = {
    .sql = "select count(*) from (select from core.notice n where " COUNTY_HOLDS("n")
           " and n.post = $2::uuid and n.read_at is null limit 200) n"};

static void unread_add(struct call *c, struct db_batch *b)
{
    const char *p[] = {arena_printf(c->arena, "%d", c->county), c->actor->post};

    lazy_add(b, &stmt_unread, 2, p);
}

bool me_plan(struct call *c, struct db_batch *b)
{
    unread_add(c, b);
    lazy_add(b, &stmt_posts, 0, NULL);
    lazy_add(b, &stmt_current, 1, &c->secret);
    return true;
}

static void permissions_json(const struct actor *a, struct jw *w)
{
    const char *owner, *role, *permission;
    int at = 0;

    jw_array(w);
    while (permission_next(&at, &owner, &role, &permission))
        if (str_eq(role, a->role) && (!a->narrow || str_has_word(a->narrow, permission)))
            jw_text(w, permission);
    jw_end(w, ']');
}

/* Each plugin once that is on in the actor's township, or in any for an actor at the county. */
static void plugins_json(const struct actor *a, struct jw *w)
{
    jw_array(w);
    for (int i = 0; i < a->nactivations; i++) {
        const char *name = a->activations[i].plugin;
        bool met = a->township && a->activations[i].township != a->township;

        for (int k = 0; k < i && !met; k++)
            met = str_eq(a->activations[k].plugin, name);
        if (!met)
            jw_text(w, name);
    }
    jw_end(w, ']');
}

static void account_json(const struct call *c, struct jw *w)
{
    const struct actor *a = c->actor;

    jw_object(w);
    jw_kv_text(w, "id", a->user);
    jw_kv_text(w, "login", arena_printf(c->arena, "%s@%d", a->login, a->county));
    jw_kv_text(w, "name", a->name);
    jw_end(w, '}');
}

static const char *role_name(const struct call *c)
{
    const struct role *role = role_find(c->actor->role);

    return !role ? c->actor->role : c->lang == LANG_EN ? role->en : role->zh;
}

void me_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *posts = b->item[b->n - 2].rows;
    const struct db_rows *current = b->item[b->n - 1].rows;
    const struct actor *a = c->actor;
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "account");
    account_json(c, w);
    jw_kv_int(w, "county", a->county);
    jw_kv_text(w, "role", a->role);
    jw_kv_text(w, "role_name", role_name(c));
    jw_kv_text(w, "post", a->post);
    jw_kv_text(w, "scope_div", arena_printf(c->arena, "%lld", (long long)a->scope.lo));
    jw_kv_text(w, "org", a->org);
    jw_kv_text(w, "org_name", a->org_name);
    if (rows_count(current) == 1) {
        jw_key(w, "session");
        row_json(w, current, 0);
    }
    jw_key(w, "permissions");
    permissions_json(a, w);
    jw_key(w, "plugins");
    plugins_json(a, w);
    jw_key(w, "posts");
    posts_json(c, w, posts);
    jw_kv_int(w, "unread", rows_int(b->item[b->n - 3].rows, 0, 0));
    jw_end(w, '}');
}

/* --- sessions --------------------------------------------------------------------------------- */

static struct lazy stmt_sessions = {
    .sql = "select id, kind, name, post, role, opened_at, seen_at, expires_at, current"
           " from core.my_sessions($1) where kind = 'session'"};

bool sessions_plan(struct call *c, struct db_batch *b)
{
    lazy_add(b, &stmt_sessions, 1, &c->secret);
    return true;
}

void sessions_render(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    rows_json(w, b->item[b->n - 1].rows);
    jw_end(w, '}');
}

static struct lazy stmt_end = {
    .sql = "with r as (select * from core.session_end($5, $6::uuid)), a as ("
           AUDIT_SELECT("sign_out", "core.session", "r.id", "null")
           " from r) select id from r"};

static bool end_add(struct call *c, struct db_batch *b, const char *id)
{
    const char *p[AUDIT_PARAMS + 2];

    audit_params(c, p);
    p[4] = c->secret;
    p[5] = id;
    lazy_add(b, &stmt_end, AUDIT_PARAMS + 2, p);
    return true;
}

void session_end_render(struct call *c, struct db_batch *b)
{
    if (rows_count(b->item[b->n - 1].rows) > 0)
        reply_empty(c, 204);
    else
        problem(c, 404, "not_found");
}

/* A browser drops the cookie too; one that holds none takes no notice. */
void sign_out_render(struct call *c, struct db_batch *b)
{
    session_end_render(c, b);
    if (c->reply.status < 300)
        c->reply.cookie = "";
}

bool sign_out_plan(struct call *c, struct db_batch *b)
{
    return end_add(c, b, NULL);
}

bool session_kill_plan(struct call *c, struct db_batch *b)
{
    if (!session_only(c))
        return false;
    if (!uuid_valid(c->args[0]))
        return problem(c, 404, "not_found");
    return end_add(c, b, c->args[0]);
}

/* --- another post ----------------------------------------------------------------------------- */

static struct lazy stmt_switch = {
    .sql = "with r as (select * from core.session_switch($5, $6::bytea, $7::uuid)), a as ("
           AUDIT_SELECT("switch_post", "admin.post", "r.post", "null")
           " from r) select * from r"};

bool post_switch_plan(struct call *c, struct db_batch *b)
{
    const char *p[AUDIT_PARAMS + 3];
    const char *post = body_uuid(c, "post", true);
    char *secret = arena_alloc(c->arena, TOKEN_SECRET_TEXT);

    body_only(c, "post cookie");
    body_bool(c, "cookie");
    if (!session_only(c) || faults_reply(c))
        return false;
    token_secret(secret);
    c->state = secret;
    audit_params(c, p);
    p[4] = c->secret;
    p[5] = secret_hash(c->arena, secret);
    p[6] = post;
    lazy_add(b, &stmt_switch, AUDIT_PARAMS + 3, p);
    return true;
}

void post_switch_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *r = b->item[b->n - 1].rows;
    struct jw *w;

    if (rows_count(r) == 0) {
        fault_add(c, "/post", "reference_unknown", NULL);
        faults_reply(c);
        return;
    }
    w = reply_json(c, 201);
    jw_object(w);
    session_members(c, w, c->county, c->state, body_bool(c, "cookie"), r);
    jw_key(w, "post");
    post_json(c, w, r, 0);
    jw_end(w, '}');
}
