#include "record/drift.h"

#include <string.h>

#include "base/str.h"

static const struct rec_column common[] = {
    {"county", "integer", -1, true},  {"id", "uuid", -1, true},
    {"div", "bigint", -1, true},      {"township", "integer", -1, true},
    {"org", "uuid", -1, true},        {"version", "integer", -1, true},
    {"change", "uuid", -1, true},     {"created_at", "timestamp with time zone", -1, true},
    {"created_by", "uuid", -1, true}, {"updated_at", "timestamp with time zone", -1, true},
    {"updated_by", "uuid", -1, true}, {"deleted_at", "timestamp with time zone", -1, false},
};
enum { COMMON = sizeof common / sizeof common[0] };

static bool fail(struct arena *a, const char **why, const struct rec *r, const char *table,
                 const char *column, const char *text)
{
    *why = arena_printf(a, "%s: record %s: table %s: %s%s%s", r->owner, r->d.name, table,
                        column ? column : "", column ? ": " : "", text);
    return false;
}

static int column_row(const struct db_rows *rows, const char *name)
{
    for (int i = 0; i < rows_count(rows); i++)
        if (str_eq(rows_text(rows, i, 0), name))
            return i;
    return -1;
}

static bool column_check(struct arena *a, const struct rec *r, const char *table,
                         const struct db_rows *rows, const struct rec_column *c, const char **why)
{
    const char *name =
        c->field >= 0 ? arena_printf(a, "field %s: column %s", r->fields[c->field].d.name, c->name)
                      : arena_printf(a, "common column %s", c->name);
    int row = column_row(rows, c->name);
    if (row < 0)
        return fail(a, why, r, table, name, "is missing in the table");
    if (!str_eq(rows_text(rows, row, 1), c->type))
        return fail(a, why, r, table, name,
                    arena_printf(a, "is %s, must be %s", rows_text(rows, row, 1), c->type));
    if (c->not_null && !rows_bool(rows, row, 2))
        return fail(a, why, r, table, name, "must be NOT NULL");
    if (!c->not_null && c->field >= 0 && rows_bool(rows, row, 2) &&
        !(r->fields[c->field].d.flags & WL_COMPUTED))
        return fail(a, why, r, table, name, "is NOT NULL, but the field is not WL_REQUIRED");
    return true;
}

/* A column that no field describes would never be filled or shown. */
static bool stray_check(struct arena *a, const struct rec *r, const char *table,
                        const struct db_rows *rows, const char **why)
{
    for (int i = 0; i < rows_count(rows); i++) {
        const char *name = rows_text(rows, i, 0);
        bool known = str_eq(name, "readers");
        for (int k = 0; k < COMMON && !known; k++)
            known = str_eq(common[k].name, name);
        for (int k = 0; k < r->ncolumns && !known; k++)
            known = str_eq(r->columns[k].name, name);
        if (!known)
            return fail(a, why, r, table, arena_printf(a, "column %s", name),
                        "stands in the table, but no field describes it");
    }
    return true;
}

static struct db_rows *ask(struct arena *a, struct db_conn *conn, const struct rec *r,
                           const char *sql, const char *table, const char **why)
{
    struct db_error error;
    const char *const p[] = {table};
    struct db_rows *rows = db_query(conn, a, sql, 1, p, &error);
    if (!rows)
        fail(a, why, r, table, NULL, arena_printf(a, "cannot be inspected (%s)", error.sqlstate));
    return rows;
}

static bool table_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                        const char *table, const char **why)
{
    const struct db_rows *rows =
        ask(a, conn, r,
            "select attname, format_type(atttypid, atttypmod), attnotnull"
            "  from pg_attribute where attrelid = to_regclass($1) and attnum > 0"
            "   and not attisdropped",
            table, why);
    if (!rows)
        return false;
    if (rows_count(rows) == 0)
        return fail(a, why, r, table, NULL, "does not exist; has its migration run?");
    for (int i = 0; i < COMMON; i++)
        if (!column_check(a, r, table, rows, &common[i], why))
            return false;
    for (int i = 0; i < r->ncolumns; i++)
        if (!column_check(a, r, table, rows, &r->columns[i], why))
            return false;
    return stray_check(a, r, table, rows, why);
}

static bool wall_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                       const char *table, const char **why)
{
    const struct db_rows *rows =
        ask(a, conn, r,
            "select c.relrowsecurity,"
            " exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive"
            "          and p.polname = 'county' and p.polwithcheck is not null),"
            " exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive"
            "          and p.polname = 'scope' and p.polwithcheck is not null)"
            "  from pg_class c where c.oid = to_regclass($1)",
            table, why);
    if (!rows)
        return false;
    if (rows_count(rows) != 1 || !rows_bool(rows, 0, 0))
        return fail(a, why, r, table, NULL,
                    "row security is off; call core.record_table in its migration");
    if (!rows_bool(rows, 0, 1) || !rows_bool(rows, 0, 2))
        return fail(
            a, why, r, table, NULL,
            "lacks the county or the scope policy; call core.record_table in its migration");
    return true;
}

static bool constraints_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                              const char **why)
{
    const struct db_rows *rows =
        ask(a, conn, r,
            "select conname from pg_constraint where conrelid = to_regclass($1)"
            " union all select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid"
            " where i.indrelid = to_regclass($1)",
            r->name, why);
    if (!rows)
        return false;
    for (int i = 0; i < r->nchecks; i++)
        if (column_row(rows, r->checks[i].constraint) < 0)
            return fail(a, why, r, r->name, arena_printf(a, "check %s", r->checks[i].constraint),
                        "no constraint or index of that name");
    return true;
}

bool drift_check(struct arena *a, struct db_conn *conn, const struct rec *r, const char **why)
{
    return table_check(a, conn, r, r->name, why) && table_check(a, conn, r, r->history, why) &&
           wall_check(a, conn, r, r->name, why) && wall_check(a, conn, r, r->history, why) &&
           constraints_check(a, conn, r, why);
}

bool isolation_check(struct arena *a, struct db_conn *conn, const char **why)
{
    struct db_error error;
    struct db_rows *rows =
        db_query(conn, a, "select fault from core.isolation_faults() limit 1", 0, NULL, &error);
    if (!rows)
        *why = arena_printf(a, "isolation cannot be checked (%s)", error.sqlstate);
    else if (rows_count(rows) > 0)
        *why = arena_printf(a, "isolation: %s", rows_text(rows, 0, 0));
    return rows && rows_count(rows) == 0;
}
