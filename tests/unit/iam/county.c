#include "iam/county.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "base/uuid.h"
#include "call/call.h"
#include "call/messages.h"
#include "crypto/crypto.h"
#include "db/migrate.h"
#include "iam/permission.h"
#include "tenant/keyring.h"

enum { ARENA_MAX = 256 << 20, CALL_US = 5000 * 1000, OPEN_MS = 10000 };

static _Noreturn void die(const char *what, const char *why)
{
    fprintf(stderr, "county: %s: %s\n", what, why ? why : "");
    exit(1);
}

static struct db_conn *reach(const char *dsn)
{
    char *why = NULL;
    struct db_conn *c = db_open(dsn, OPEN_MS, &why);

    if (!c)
        die(dsn, why);
    return c;
}

static void quiet(const char *line)
{
    (void)line;
}

static void migrate(struct county *k)
{
    const struct migrate_options o = {
        .sql_dir = "sql", .plugins_dir = "/nonexistent", .enabled = "*", .say = quiet};
    char dsn[320];
    char *why = NULL;
    struct db_conn *owner;

    if (!migrate_roles(k->super, k->arena, "sql/install", quiet, &why))
        die("roles", why);
    str_format(dsn, sizeof dsn, "%s user=wulian_owner", k->db.dsn);
    owner = reach(dsn);
    if (!migrate_run(owner, k->arena, &o, &why))
        die("migrate", why);
    db_close(owner);
}

void county_sql(struct county *k, const char *sql)
{
    struct db_error e;

    if (db_script(k->super, k->arena, sql, &e) != DB_OK)
        die(sql, e.message);
}

int64_t county_number(struct county *k, const char *sql)
{
    struct db_error e;
    struct db_rows *r = db_query(k->super, k->arena, sql, 0, NULL, &e);

    if (!r || rows_count(r) != 1)
        die(sql, r ? "not one row" : e.message);
    return rows_int(r, 0, 0);
}

static void permissions_write(struct county *k)
{
    const char *owner, *role, *permission, *why;
    int at = 0;

    if (!permission_declare_core(&why))
        die("permissions", why);
    for (const struct role *r = iam_roles; r->code; r++)
        county_sql(k, arena_printf(k->arena,
                                   "insert into core.role values ('%s', '%s', '%s', '%s')"
                                   " on conflict do nothing",
                                   r->code, r->zh, r->en, r->kind));
    while (permission_next(&at, &owner, &role, &permission))
        county_sql(k, arena_printf(k->arena,
                                   "insert into core.role_permission values ('%s', '%s', '%s')"
                                   " on conflict do nothing",
                                   role, permission, owner));
}

static void county_make(struct county *k, int county, const char *name)
{
    county_sql(k, arena_printf(k->arena,
                               "insert into core.tenant (county, name) values (%d, '%s');"
                               "insert into core.division values"
                               " (%d000000, '%s', 3, null, null, '2020-01-01'),"
                               " (%d100000, 'A', 4, %d000000, null, '2020-01-01'),"
                               " (%d101000, 'B', 4, %d000000, null, '2020-01-01');"
                               "insert into admin.org_unit (county, id, div, org, change,"
                               " created_by, updated_by, name, kind)"
                               " select %d, g, %d000000, g, g, g, g, 'bureau', 'COUNTY'"
                               " from gen_random_uuid() g",
                               county, name, county, name, county, county, county, county, county,
                               county));
}

static void keys_open(struct county *k)
{
    char path[128];
    const char *why = "";
    FILE *f;

    str_format(path, sizeof path, "%s/master.key", k->db.dir);
    f = fopen(path, "w");
    if (!f)
        die(path, "cannot be written");
    for (int i = 0; i < 32; i++)
        fputs("a7", f);
    fclose(f);
    chmod(path, 0600);
    if (!keyring_open(path, &why))
        die("keys", why);
}

void county_open(struct county *k)
{
    const char *why = "";

    memset(k, 0, sizeof *k);
    k->arena = arena_new(ARENA_MAX);
    if (!testdb_new(&k->db))
        die("cluster", k->db.dir);
    str_format(k->app, sizeof k->app, "%s user=wulian_app", k->db.dsn);
    str_format(k->gate, sizeof k->gate, "%s user=wulian_gate", k->db.dsn);
    k->super = reach(k->db.dsn);
    migrate(k);
    if (!messages_load(k->arena, NULL, "core/messages", &why))
        die("messages", why);
    keys_open(k);
    permissions_write(k);
    county_make(k, COUNTY, "江华");
    county_make(k, OTHER_COUNTY, "宿豫");
    county_sql(k, "insert into core.plugin_activation (county, township, plugin, enabled, by)"
                  " values (431129, 431129100, 'elderly', true, gen_random_uuid())");
}

void county_close(struct county *k)
{
    db_close(k->super);
    testdb_free(&k->db);
    arena_free(k->arena);
}

void county_kill(struct county *k)
{
    testdb_kill(&k->db);
    db_close(k->super);
    k->super = NULL;
}

void county_restart(struct county *k)
{
    if (!testdb_start(&k->db))
        die("restart", k->db.dir);
    k->super = reach(k->db.dsn);
}

const char *county_sign_in(struct county *k, int county, const char *role, int64_t scope_div)
{
    char *secret = arena_alloc(k->arena, TOKEN_SECRET_TEXT);
    char id[UUID_TEXT], post[UUID_TEXT];

    token_secret(secret);
    uuid7(id);
    uuid7(post);
    county_sql(
        k, arena_printf(
               k->arena,
               "insert into admin.account (county, id, div, org, change, created_by, updated_by,"
               " login, name, state, approved_by)"
               " select %d, '%s', %lld, o.id, '%s', o.id, o.id, 'u-%s', '张三', 'active', '%s'"
               " from admin.org_unit o where o.county = %d;"
               "insert into admin.post (county, id, div, org, change, created_by, updated_by,"
               " account, role, kind, scope_div, state, approved_by)"
               " select %d, '%s', %lld, o.id, '%s', o.id, o.id, '%s', '%s',"
               " core.role_kind('%s'), %lld, 'active', '%s'"
               " from admin.org_unit o where o.county = %d;"
               "insert into core.session (county, hash, kind, account, post, expires_at)"
               " values (%d, sha256('%s'), 'session', '%s', '%s', now() + interval '1 hour')",
               county, id, (long long)scope_div, id, id + 28, id, county, county, post,
               (long long)scope_div, post, id, role, role, (long long)scope_div, id, county, county,
               secret, id, post));
    return secret;
}

struct call *county_call(const struct op *op, int county, const char *secret)
{
    struct call *c = call_new(CALL_US);

    c->op = op;
    c->method = op->method;
    c->path = op->path;
    c->address = "127.0.0.1";
    c->lang = LANG_EN;
    c->county = county;
    c->secret = secret;
    return c;
}
