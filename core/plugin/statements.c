#include "plugin/statements.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "plugin/pieces.h"

enum { OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_TIMESTAMPTZ = 1184, OID_UUID = 2950 };
enum { HASH_TEXT = 2 * SHA256_LEN + 3 };

static bool fail(struct arena *a, const char **why, const struct wl_plugin *p, const char *what,
                 const char *text)
{
    *why = arena_printf(a, "%s: %s: %s", p->name, what, text);
    return false;
}

/* PostgreSQL's own words, and what helps where they do not say it. */
static bool refused(struct arena *a, const char **why, const struct wl_plugin *p, const char *what,
                    const struct db_error *e)
{
    const char *mend = str_eq(e->sqlstate, "42501")
                           ? "; SQL of a plugin may use its own schema as the application may, and"
                             " the published views"
                           : "";
    return fail(a, why, p, what, arena_printf(a, "%s%s", e->message, mend));
}

/* ---- one piece ---------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    unsigned type;
} indicator_columns[] = {
    {"county", OID_INT4},    {"div", OID_INT8}, {"org", OID_UUID},
    {"at", OID_TIMESTAMPTZ}, {"id", OID_UUID},  {"person", OID_UUID},
    {"kind", OID_TEXT},      {"n", OID_INT8},   {"record", OID_TEXT},
};

static bool indicator_shaped(const struct piece *x, const struct db_shape *shape)
{
    bool same = shape->nparams == 1 && shape->ncolumns >= x->indicator &&
                shape->ncolumns <= (int)(sizeof indicator_columns / sizeof indicator_columns[0]);
    for (int i = 0; same && i < shape->ncolumns; i++)
        same = str_eq(shape->column_names[i], indicator_columns[i].name) &&
               shape->column_types[i] == indicator_columns[i].type;
    return same;
}

static bool shape_check(struct arena *a, const struct wl_plugin *p, const struct piece *x,
                        const struct db_shape *shape, const char **why)
{
    if (x->indicator && !indicator_shaped(x, shape))
        return fail(a, why, p, x->what,
                    "must give exactly county int, div bigint, org uuid, at timestamptz, id uuid,"
                    " person uuid, kind text, n bigint; of several records besides: record text");
    if (shape->nparams < 1 || shape->param_types[0] != OID_INT4)
        return fail(a, why, p, x->what,
                    "$1 must be the county: compare every table's county with $1");
    return true;
}

static bool explain(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                    const struct piece *x, int nparams, const char **why)
{
    struct db_error error;
    const char *nulls = "";
    for (int i = 0; i < nparams; i++)
        nulls = arena_printf(a, "%s%snull", nulls, i ? ", " : "");
    const char *sql = arena_printf(a,
                                   "prepare wl_checked as %s;"
                                   " explain execute wl_checked(%s); deallocate wl_checked",
                                   x->sql, nulls);
    return db_script(owner, a, sql, &error) == DB_OK || refused(a, why, p, x->what, &error);
}

/* PostgreSQL asks for the right to a function when it runs it, so a plan that drops a branch hides
 * what stands there. The parsed body of an SQL function names every one. */
static const char functions_sql[] =
    "select string_agg(f::regprocedure::text, ', ' order by f::regprocedure::text) from ("
    "select distinct (m)[1]::oid as f from pg_proc p,"
    " regexp_matches(p.prosqlbody::text, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') m"
    " where p.oid = to_regproc('wl_checking.body')) x"
    " where not has_function_privilege('wulian_check', f, 'execute')";

static const char *types_text(struct arena *a, const struct db_shape *shape)
{
    const char *out = "";
    for (int i = 0; i < shape->nparams; i++)
        out = arena_printf(a, "%s%s%u", out, i ? "," : "", shape->param_types[i]);
    return arena_printf(a, "{%s}", out);
}

static bool functions_check(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                            const struct piece *x, const struct db_shape *shape, const char **why)
{
    struct db_error error;
    const char *const oids[] = {types_text(a, shape)};
    const struct db_rows *types =
        db_query(owner, a,
                 "select coalesce(string_agg(format_type(t, null), ', ' order by n), '')"
                 "  from unnest($1::oid[]) with ordinality x (t, n)",
                 1, oids, &error);
    if (!types)
        return refused(a, why, p, x->what, &error);
    const char *make = arena_printf(a,
                                    "create schema wl_checking; create function"
                                    " wl_checking.body(%s) returns void language sql"
                                    " begin atomic %s\n; end",
                                    rows_text(types, 0, 0), x->sql);
    if (db_script(owner, a, make, &error) != DB_OK)
        return refused(a, why, p, x->what, &error);
    const struct db_rows *found = db_query(owner, a, functions_sql, 0, NULL, &error);
    if (!found)
        return refused(a, why, p, x->what, &error);
    if (!rows_null(found, 0, 0))
        return fail(a, why, p, x->what,
                    arena_printf(a, "calls %s, which the application may not; drop the call",
                                 rows_text(found, 0, 0)));
    return db_script(owner, a, "drop schema wl_checking cascade", &error) == DB_OK ||
           refused(a, why, p, x->what, &error);
}

/* ---- all pieces of a module --------------------------------------------------------------------
 */

/* Gives wulian_check in the plugin's schema what the application has there, column by column. */
static const char *rights_sql(struct arena *a, const struct wl_plugin *p)
{
    return arena_printf(
        a,
        "do $do$ declare g record; begin"
        " if to_regnamespace('%s') is null then return; end if;"
        " execute 'grant usage on schema %s to wulian_check';"
        " for g in select table_name as t, privilege_type as v,"
        "                 string_agg(quote_ident(column_name), ', ') as c"
        "            from information_schema.column_privileges"
        "           where grantee = 'wulian_app' and table_schema = '%s' group by 1, 2 loop"
        "  execute format('grant %%s (%%s) on %%I.%%I to wulian_check', g.v, g.c, '%s', g.t);"
        " end loop;"
        " for g in select table_name as t from information_schema.table_privileges"
        "           where grantee = 'wulian_app' and table_schema = '%s'"
        "             and privilege_type = 'DELETE' loop"
        "  execute format('grant delete on %%I.%%I to wulian_check', '%s', g.t);"
        " end loop; end $do$",
        p->name, p->name, p->name, p->name, p->name, p->name);
}

static bool piece_check(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                        const struct piece *x, const char **why)
{
    struct db_error error;
    struct db_shape shape;
    if (db_script(owner, a, "set local role wulian_check", &error) != DB_OK ||
        !db_describe(owner, a, x->sql, &shape, &error))
        return refused(a, why, p, x->what, &error);
    if (!shape_check(a, p, x, &shape, why) || !explain(a, owner, p, x, shape.nparams, why))
        return false;
    if (db_script(owner, a, "set local role none", &error) != DB_OK)
        return refused(a, why, p, x->what, &error);
    return functions_check(a, owner, p, x, &shape, why);
}

static bool pieces_check(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                         const char **why)
{
    struct db_error error;
    int n;
    const struct piece *pieces = pieces_of(a, p, &n);
    bool ok = true;
    if (db_script(owner, a, arena_printf(a, "begin; %s", rights_sql(a, p)), &error) != DB_OK)
        ok = refused(a, why, p, "rights of wulian_check", &error);
    for (int i = 0; ok && i < n; i++)
        ok = piece_check(a, owner, p, &pieces[i], why);
    db_script(owner, a, "rollback", &error); /* the rights go with the transaction */
    return ok;
}

/* The number in the code and the newest file must not drift apart: the loader compares the first
 * with what migrate stored. */
static bool number_check(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                         const char **why)
{
    struct db_error error;
    const char *const params[] = {p->name};
    const struct db_rows *rows =
        db_query(owner, a, "select coalesce(max(number), 0) from core.migration where source = $1",
                 1, params, &error);
    if (!rows)
        return refused(a, why, p, "schema", &error);
    if (rows_int(rows, 0, 0) != (int64_t)p->schema)
        return fail(a, why, p, "schema",
                    arena_printf(a,
                                 "is %u, but the newest file in its sql/ is %s; set .schema to it",
                                 (unsigned)p->schema, rows_text(rows, 0, 0)));
    return true;
}

/* ---- remembering -------------------------------------------------------------------------------
 */

enum { PIECES_MAX = 32 << 20 };

/* A chain over all pieces: order counts, and so does where one ends. */
static void pieces_hash(const struct wl_plugin *p, char hex[HASH_TEXT])
{
    struct arena *own = arena_new(PIECES_MAX);
    uint8_t hash[SHA256_LEN], all[2 * SHA256_LEN] = {0};
    int n;
    const struct piece *pieces = pieces_of(own, p, &n);
    for (int i = 0; i < n; i++) {
        sha256(pieces[i].sql, strlen(pieces[i].sql), all + SHA256_LEN);
        sha256(all, sizeof all, hash);
        memcpy(all, hash, SHA256_LEN);
    }
    arena_free(own);
    hex[0] = '\\';
    hex[1] = 'x';
    hex_encode(all, SHA256_LEN, hex + 2);
}

static bool store(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                  const char **why)
{
    struct db_error error;
    char hash[HASH_TEXT];
    pieces_hash(p, hash);
    const char *const params[] = {p->name, p->version, arena_printf(a, "%u", p->schema), hash};
    return db_query(owner, a,
                    "insert into core.plugin (name, version, schema, statements)"
                    " values ($1, $2, $3::int, $4::bytea) on conflict (name) do update"
                    " set version = excluded.version, schema = excluded.schema,"
                    "     statements = excluded.statements, checked_at = now() returning name",
                    4, params, &error) ||
           refused(a, why, p, "core.plugin", &error);
}

bool statements_check_store(struct arena *a, struct db_conn *owner, const struct wl_plugin *p,
                            bool linked, const char **why)
{
    return (linked || number_check(a, owner, p, why)) && pieces_check(a, owner, p, why) &&
           store(a, owner, p, why);
}

bool statements_compare(struct arena *a, struct db_conn *app, const struct wl_plugin *p,
                        bool ahead, const char **why)
{
    struct db_error error;
    char hash[HASH_TEXT];
    const char *const params[] = {p->name};
    const struct db_rows *rows = db_query(
        app, a, "select schema, statements from core.plugin where name = $1", 1, params, &error);
    pieces_hash(p, hash);
    if (!rows)
        return refused(a, why, p, "core.plugin", &error);
    if (rows_count(rows) == 0)
        return fail(a, why, p, "schema", "the database does not know it; run wulian migrate");
    if (ahead && rows_int(rows, 0, 0) > (int64_t)p->schema)
        return true;
    if (rows_int(rows, 0, 0) != (int64_t)p->schema)
        return fail(a, why, p, "schema", "the database has another number; run wulian migrate");
    if (!str_eq(rows_text(rows, 0, 1), hash))
        return fail(a, why, p, "statements",
                    "are not those that migrate checked; run wulian migrate");
    return true;
}
