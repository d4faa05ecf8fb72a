#include "iam/publish.h"


#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"
#include "call/lazy.h"
#include "db/db.h"
#include "iam/permission.h"
#include "json/jw.h"
#include "tenant/quarantine.h"

enum { TEXT_MAX = 4 << 20, WAIT_US = 30 * 1000000 };

static struct lazy sql_roles = {
    .sql = "insert into core.role as t (code, zh, en, kind)"
    " select code, zh, en, kind"
    " from jsonb_to_recordset($1::jsonb) as r (code text, zh text, en text, kind text)"
    " on conflict (code) do update set zh = excluded.zh, en = excluded.en, kind = excluded.kind"};

static struct lazy sql_codes = {
    .sql = "insert into core.code (tab, code, zh, en, sort)"
    " select 'ROLE', r ->> 'code', r ->> 'zh', r ->> 'en', n::int"
    " from jsonb_array_elements($1::jsonb) with ordinality as x (r, n)"
    " on conflict (tab, code) do update set zh = excluded.zh, en = excluded.en,"
    " sort = excluded.sort"};

/* What a plugin published stays while it is left out. */
static struct lazy sql_clear = {
    .sql = "delete from core.role_permission p where not exists ("
    " select from jsonb_to_recordset($1::jsonb) as r (owner text, role text, permission text)"
    " where r.owner = p.owner and r.role = p.role and r.permission = p.permission)"
    " and p.owner <> all (string_to_array($2, ' '))"};

static struct lazy sql_grant = {
    .sql = "insert into core.role_permission (owner, role, permission)"
    " select distinct owner, role, permission"
    " from jsonb_to_recordset($1::jsonb) as r (owner text, role text, permission text)"
    " on conflict do nothing"};

static const char *roles_text(struct arena *a)
{
    const char *text;
    struct buf b;
    struct jw w;

    buf_init(&b, TEXT_MAX);
    jw_init(&w, &b);
    jw_array(&w);
    for (const struct role *r = iam_roles; r->code; r++) {
        jw_object(&w);
        jw_kv_text(&w, "code", r->code);
        jw_kv_text(&w, "zh", r->zh);
        jw_kv_text(&w, "en", r->en);
        jw_kv_text(&w, "kind", r->kind);
        jw_end(&w, '}');
    }
    jw_end(&w, ']');
    text = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return text;
}

static const char *grants_text(struct arena *a)
{
    const char *owner, *role, *permission, *text;
    struct buf b;
    struct jw w;
    int at = 0;

    buf_init(&b, TEXT_MAX);
    jw_init(&w, &b);
    jw_array(&w);
    while (permission_next(&at, &owner, &role, &permission)) {
        jw_object(&w);
        jw_kv_text(&w, "owner", owner);
        jw_kv_text(&w, "role", role);
        jw_kv_text(&w, "permission", permission);
        jw_end(&w, '}');
    }
    jw_end(&w, ']');
    text = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return text;
}

bool iam_publish(struct arena *a, struct db_conn *owner, const char **why)
{
    const char *roles = roles_text(a);
    const char *grants = grants_text(a);
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);

    if (!roles || !grants) {
        *why = "the permission matrix is too long";
        return false;
    }
    lazy_add(b, &sql_roles, 1, &roles);
    lazy_add(b, &sql_codes, 1, &roles);
    lazy_add(b, &sql_clear, 2, (const char *const[]){grants, plugins_left_out()});
    lazy_add(b, &sql_grant, 1, &grants);
    b->repeatable = true;
    if (db_run(owner, b) == DB_OK)
        return true;
    *why = arena_printf(a, "roles and permissions cannot be written: %s", b->error.message);
    return false;
}
