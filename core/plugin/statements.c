#include "plugin/statements.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "record/rec.h"

enum { OID_INT4 = 23 };

static bool fail(struct arena *a, const char **why, const struct wl_plugin *p, const char *name,
                 const char *text)
{
    *why = arena_printf(a, "%s: statement %s: %s", p->name, name, text);
    return false;
}

/* One statement under the check role, inside the caller's transaction. */
static bool statement_check(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                            const char *name, const char *sql, bool takes_county, const char **why)
{
    struct db_error error;
    struct db_shape shape;
    if (!db_describe(owner, a, sql, &shape, &error))
        return fail(a, why, p, name, error.message);
    if (takes_county && (shape.nparams < 1 || shape.param_types[0] != OID_INT4))
        return fail(a, why, p, name, "$1 must be the county: compare every table's county with $1");
    const char *nulls = "";
    for (int i = 0; i < shape.nparams; i++)
        nulls = arena_printf(a, "%s%snull", nulls, i ? ", " : "(");
    const char *explain = arena_printf(a,
                                       "prepare wl_checked as %s; explain execute wl_checked%s%s;"
                                       " deallocate wl_checked",
                                       sql, nulls, shape.nparams ? ")" : "");
    if (db_script(owner, a, explain, &error) != DB_OK)
        return fail(a, why, p, name, error.message);
    return true;
}

static bool each_check(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                       const char **why)
{
    for (uint32_t i = 0; i < p->statements.count; i++) {
        struct wl_statement s;
        table_row(&p->statements, i, &s, sizeof s);
        if (!statement_check(a, owner, p, s.name, s.sql.text, true, why))
            return false;
    }
    for (uint32_t i = 0; i < p->indicators.count; i++) {
        struct wl_indicator x;
        table_row(&p->indicators, i, &x, sizeof x);
        const char *name = arena_printf(a, "of indicator %s", x.code);
        if (!statement_check(a, owner, p, name, x.rows.text, false, why))
            return false;
    }
    return true;
}

static void plugin_hash(const struct wl_plugin *p, char hex[2 * SHA256_LEN + 3])
{
    uint8_t hash[SHA256_LEN], all[2 * SHA256_LEN];
    memset(all, 0, sizeof all);
    for (uint32_t i = 0; i < p->statements.count + p->indicators.count; i++) {
        struct wl_statement s = {0};
        struct wl_indicator x = {0};
        if (i < p->statements.count)
            table_row(&p->statements, i, &s, sizeof s);
        else
            table_row(&p->indicators, i - p->statements.count, &x, sizeof x);
        const char *text = s.sql.text ? s.sql.text : x.rows.text;
        sha256(text, strlen(text), all + SHA256_LEN);
        sha256(all, sizeof all, hash);
        memcpy(all, hash, SHA256_LEN);
    }
    hex[0] = '\\';
    hex[1] = 'x';
    hex_encode(all, SHA256_LEN, hex + 2);
}

static bool store(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                  const char **why)
{
    struct db_error error;
    char hash[2 * SHA256_LEN + 3];
    plugin_hash(p, hash);
    const char *const params[] = {p->name, p->version, arena_printf(a, "%u", p->schema), hash};
    if (db_query(owner, a,
                 "insert into core.plugin (name, version, schema, statements)"
                 " values ($1, $2, $3::int, $4::bytea) on conflict (name) do update"
                 " set version = excluded.version, schema = excluded.schema,"
                 "     statements = excluded.statements, checked_at = now() returning name",
                 4, params, &error))
        return true;
    return fail(a, why, p, "hash", error.message);
}

bool statements_check_store(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                            const char **why)
{
    struct db_error error;
    const char *begin = arena_printf(
        a,
        "begin; grant usage on schema \"%s\" to wulian_check;"
        " grant select, insert, update, delete on all tables in schema \"%s\" to wulian_check;"
        " set local role wulian_check",
        p->name, p->name);
    bool ok = true;
    if (p->statements.count + p->indicators.count > 0) {
        if (db_script(owner, a, begin, &error) != DB_OK)
            ok = fail(a, why, p, "check", error.message);
        ok = ok && each_check(a, owner, p, why);
        db_script(owner, a, "rollback", &error); /* the rights go with the transaction */
    }
    return ok && store(a, owner, p, why);
}

bool statements_compare(struct arena *a, struct db_conn *app, const struct wl_plugin *p,
                        const char **why)
{
    struct db_error error;
    char hash[2 * SHA256_LEN + 3];
    const char *const params[] = {p->name};
    struct db_rows *rows = db_query(app, a,
                                    "select schema, statements from core.plugin"
                                    " where name = $1",
                                    1, params, &error);
    plugin_hash(p, hash);
    if (!rows)
        return fail(a, why, p, "hash", error.sqlstate);
    if (rows_count(rows) == 0)
        return fail(a, why, p, "check",
                    "the database does not know this plugin; run wulian migrate");
    if (rows_int(rows, 0, 0) != (int64_t)p->schema)
        return fail(a, why, p, "check",
                    "the database has another schema number; run wulian migrate");
    if (!str_eq(rows_text(rows, 0, 1), hash))
        return fail(a, why, p, "check",
                    "not the statements that migrate checked; run wulian migrate");
    return true;
}
