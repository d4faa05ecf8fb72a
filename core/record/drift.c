#include "record/drift.h"

#include <string.h>

#include "base/str.h"
#include "call/lazy.h"
#include "record/bulk.h"
#include "record/effect.h"
#include "record/guard.h"
#include "record/reach.h"

static const struct rec_column common[] = {
    {"county", "integer", -1, true},  {"id", "uuid", -1, true},
    {"div", "bigint", -1, true},      {"township", "integer", -1, true},
    {"org", "uuid", -1, true},        {"version", "integer", -1, true},
    {"change", "uuid", -1, true},     {"created_at", "timestamp with time zone", -1, true},
    {"created_by", "uuid", -1, true}, {"updated_at", "timestamp with time zone", -1, true},
    {"updated_by", "uuid", -1, true}, {"deleted_at", "timestamp with time zone", -1, false},
};
enum { ASK_US = 30 * 1000 * 1000 };

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

/* What the inspecting query gives of a column. */
enum { COL_NAME, COL_TYPE, COL_NOT_NULL, COL_DEFAULT, COL_BYTEWISE, COL_GENERATED };

/* Whether the host gives the column a value when a row is made. */
static bool filled_on_create(const struct rec *r, int field)
{
    const struct wl_field *d = &r->fields[field].d;
    return d->compute.text || field == r->serial || (d->flags & WL_REQUIRED) ||
           (field == r->state && r->d.states);
}

static bool rules_name(const struct rec *r, int field)
{
    bool named = field >= 0 && guards_name(r, r->columns[r->fields[field].column].name);
    for (int i = 0; i < r->nrules; i++) {
        named = named || r->rules[i].field == field;
        for (int k = 0; k < r->rules[i].nothers; k++)
            named = named || r->rules[i].other[k] == field;
    }
    return named;
}

static const char *column_fault(struct arena *a, const struct rec *r, const char *table,
                                const struct db_rows *rows, int row, const struct rec_column *c)
{
    const struct wl_field *d = c->field >= 0 ? &r->fields[c->field].d : NULL;
    bool not_null = rows_bool(rows, row, COL_NOT_NULL);
    /* The history takes whole rows from the table. */
    bool filled = rows_bool(rows, row, COL_DEFAULT) || !str_eq(table, r->name);
    if (!str_eq(rows_text(rows, row, COL_TYPE), c->type))
        return arena_printf(a, "is %s, must be %s", rows_text(rows, row, COL_TYPE), c->type);
    if (c->not_null && !not_null)
        return "must be NOT NULL";
    if (d && !c->not_null && not_null && !(d->flags & WL_COMPUTED))
        return "is NOT NULL, but the field is not WL_REQUIRED; add the flag, or drop NOT NULL";
    if (d && not_null && !filled && !filled_on_create(r, c->field))
        return "is NOT NULL, but nothing fills it on create: give it `compute` or a default";
    if (rows_bool(rows, row, COL_GENERATED) && str_eq(table, r->name) && rules_name(r, c->field))
        return "is generated, so a rule or guard would see what it was before the write; name the"
               " fields it is made of";
    /* A search by prefix is a range of bytes. */
    if (d && d->type == WL_NAME && (d->flags & WL_SEARCHED) && !rows_bool(rows, row, COL_BYTEWISE))
        return "must have collate \"C\", for it is searched by prefix";
    return NULL;
}

static bool column_check(struct arena *a, const struct rec *r, const char *table,
                         const struct db_rows *rows, const struct rec_column *c, const char **why)
{
    const char *name =
        c->field >= 0 ? arena_printf(a, "field %s: column %s", r->fields[c->field].d.name, c->name)
        : c->not_null || str_eq(c->name, "deleted_at")
            ? arena_printf(a, "common column %s", c->name)
            : arena_printf(a, "limit: column %s", c->name);
    int row = column_row(rows, c->name);
    const char *fault =
        row < 0 ? "is missing in the table; add it in a migration, to the history as well"
                : column_fault(a, r, table, rows, row, c);
    return !fault || fail(a, why, r, table, name, fault);
}

/* A column that no field describes would never be filled or shown. */
static bool stray_check(struct arena *a, const struct rec *r, const char *table,
                        const struct db_rows *rows, const char **why)
{
    for (int i = 0; i < rows_count(rows); i++) {
        const char *name = rows_text(rows, i, 0);
        bool known = rec_named(r) && str_eq(name, "readers");
        for (int k = 0; k < COMMON && !known; k++)
            known = str_eq(common[k].name, name);
        for (int k = 0; k < r->ncolumns && !known; k++)
            known = str_eq(r->columns[k].name, name);
        if (!known)
            return fail(a, why, r, table, arena_printf(a, "column %s", name),
                        "stands in the table, but no field describes it; describe it, or drop it "
                        "in a migration");
    }
    return true;
}

static const struct db_rows *ask(struct arena *a, struct db_conn *conn, const struct rec *r,
                                 struct lazy *stmt, const char *table, const char **why)
{
    const char *const p[] = {table};
    struct db_error e;
    const struct db_rows *rows = db_ask(conn, a, lazy_stmt(stmt), 1, p, ASK_US, &e);
    if (!rows)
        fail(a, why, r, table, NULL, arena_printf(a, "cannot be inspected (%s)", e.sqlstate));
    return rows;
}

static struct lazy stmt_columns = {
    .sql = "select attname, format_type(atttypid, atttypmod), attnotnull, atthasdef,"
           "       attcollation = 'pg_catalog.\"C\"'::regcollation, attgenerated <> ''"
           "  from pg_attribute where attrelid = to_regclass($1) and attnum > 0"
           "   and not attisdropped"};

static bool table_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                        const char *table, const char **why)
{
    const struct db_rows *rows = ask(a, conn, r, &stmt_columns, table, why);
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

/* The policies must say what core.record_table writes, as station.resident's do; one more
 * permissive policy would open the table beside them. */
static struct lazy stmt_wall = {
    .sql = "with p as (select p.polname, p.polpermissive, p.polcmd,"
           "                  pg_get_expr(p.polqual, p.polrelid) || pg_get_expr(p.polwithcheck, "
           "p.polrelid)"
           "                      as says, p.polrelid"
           "             from pg_policy p"
           "            where p.polrelid in (to_regclass($1), to_regclass('station.resident'))),"
           " model as (select * from p where polrelid = to_regclass('station.resident')),"
           " mine as (select * from p where polrelid = to_regclass($1))"
           " select c.relrowsecurity,"
           " (select count(*) = 2 from mine join model using (polname, polpermissive, polcmd, says)"
           "   where (polname, polpermissive) in (('county', false), ('scope', true))),"
           " not exists (select from mine where polpermissive"
           "   and polname not in ('scope', 'county_wide', 'handed_read', 'handed_act', "
           "'handed_log')),"
           " exists (select from mine where polname = 'active' and not polpermissive and polcmd = "
           "'a'),"
           " exists (select from mine where polname = 'county_wide'),"
           " exists (select from pg_policy w where w.polrelid = c.oid and w.polname = 'county_wide'"
           "   and w.polpermissive and w.polcmd = 'r' and w.polroles = '{0}'"
           "   and pg_get_expr(w.polqual, w.polrelid) = 'true'),"
           " exists (select from core.reach_door k where k.name = $1 and k.door = 'handed')"
           "  from pg_class c where c.oid = to_regclass($1)"};

/* What is wrong with the door that WL_COUNTY_WIDE opens to readers, or NULL. */
static const char *door_fault(const struct rec *r, bool there, bool right)
{
    if (!rec_county_wide(r) && there)
        return "is read in the whole county by the policy county_wide, but the record does not say"
               " so; add WL_COUNTY_WIDE to its flags, or drop the policy";
    if (rec_county_wide(r) && !right)
        return "lacks the policy county_wide of WL_COUNTY_WIDE, or it says something else; call"
               " core.county_wide in its migration";
    return NULL;
}

/* The same of core.handed_on, whose policies the start-up check reads. */
static const char *handed_fault(const struct rec *r, bool handed)
{
    if (handed != rec_handed(r))
        return "is WL_HANDED_ON and was not given to core.handed_on in its migration, or the other"
               " way round; mend one of the two";
    return NULL;
}

#define WALL_MEND "; call core.record_table in its migration"

static bool wall_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                       const char *table, const char **why)
{
    const struct db_rows *rows = ask(a, conn, r, &stmt_wall, table, why);
    bool gated = !r->linked && str_eq(table, r->name); /* rows are made in the table itself */
    const char *fault = NULL;
    if (!rows)
        return false;
    if (rows_count(rows) != 1 || !rows_bool(rows, 0, 0))
        fault = "row security is off" WALL_MEND;
    else if (!rows_bool(rows, 0, 1))
        fault = "lacks the county or the scope policy, or it says something else" WALL_MEND;
    else if (!rows_bool(rows, 0, 2))
        fault = "has a permissive policy beside scope, which opens it; drop that policy";
    else if (gated && !rows_bool(rows, 0, 3))
        fault =
            "lacks the policy `active`, so rows could be made where the plugin is off" WALL_MEND;
    else
        fault = door_fault(r, rows_bool(rows, 0, 4), rows_bool(rows, 0, 5));
    if (!fault && rows_count(rows) == 1)
        fault = handed_fault(r, rows_bool(rows, 0, 6));
    return !fault || fail(a, why, r, table, NULL, fault);
}

/* Key columns of every valid index, in order; partial ones carry a mark, the primary key another.
 */
static struct lazy stmt_index = {
    .sql = "select case when i.indisprimary then '!' when i.indpred is not null then '?' else '' "
           "end ||"
           "       (select string_agg(coalesce(a.attname::text, '()'), ' ' order by k.n)"
           "          from unnest(i.indkey::int2[]) with ordinality k (attnum, n)"
           "          left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
           "         where k.n <= i.indnkeyatts)"
           "  from pg_index i where i.indrelid = to_regclass($1) and i.indisvalid"};

static bool index_exists(const struct db_rows *rows, const char *columns, bool partial)
{
    size_t n = strlen(columns);
    for (int i = 0; i < rows_count(rows); i++) {
        const char *keys = rows_text(rows, i, 0);
        if (*keys == '!' || (partial && *keys == '?'))
            keys++;
        if (strncmp(keys, columns, n) == 0 && (!keys[n] || keys[n] == ' '))
            return true;
    }
    return false;
}

static bool index_need(struct arena *a, const struct rec *r, const struct db_rows *rows,
                       const char *what, const char *columns, bool partial, const char **why)
{
    const char *list = "";
    size_t n;
    if (index_exists(rows, columns, partial))
        return true;
    for (const char *at = columns, *w; (w = str_word_next(&at, &n));)
        list = arena_printf(a, "%s%s%.*s", list, *list ? ", " : "", (int)n, w);
    return fail(a, why, r, r->name, what,
                arena_printf(a, "no index begins with (%s); make one", list));
}

/* A filter that is a key somewhere behind county is answered within an index: it leads there, or
 * lists that walk the index in their order pass over what does not fit without reading rows. */
static bool filter_backed(const struct db_rows *rows, const char *column)
{
    static const char county[] = "county ";
    for (int i = 0; i < rows_count(rows); i++) {
        const char *keys = rows_text(rows, i, 0);
        keys += *keys == '!' || *keys == '?';
        if (str_starts(keys, county) && str_has_word(keys + sizeof county - 1, column))
            return true;
    }
    return false;
}

static bool filter_need(struct arena *a, const struct rec *r, const struct db_rows *rows,
                        const struct rec_field *f, const char **why)
{
    const char *column = r->columns[f->column].name;
    if (filter_backed(rows, column))
        return true;
    return fail(a, why, r, r->name, arena_printf(a, "field %s", f->d.name),
                arena_printf(a,
                             "is WL_FILTER, but no index that begins with county holds %s; make"
                             " one, or add it at the end of one that lists walk",
                             column));
}

/* Lists walk an index in the order asked, searches one of the words looked for. */
static bool field_indexes(struct arena *a, const struct rec *r, const struct db_rows *rows,
                          const struct rec_field *f, const char **why)
{
    const char *what = arena_printf(a, "field %s", f->d.name);
    bool found = !(f->d.flags & WL_FILTER) || filter_need(a, r, rows, f, why);
    if (found && (f->d.flags & WL_SORT))
        found =
            index_need(a, r, rows, what, arena_printf(a, "county %s id", f->d.name), false, why);
    for (int k = 0; found && (f->d.flags & WL_SEARCHED) && k < f->ncolumns; k++) {
        if (rec_is_encrypted(f->d.type) && k != 1)
            continue; /* of the three columns the blind index alone is looked up */
        found = index_need(a, r, rows, what,
                           arena_printf(a, "county %s", r->columns[f->column + k].name), true, why);
    }
    return found;
}

static bool limit_indexes(struct arena *a, const struct rec *r, const struct db_rows *rows,
                          const char **why)
{
    bool found = true;
    for (int i = 0; found && i < r->nlimits; i++) {
        const char *due = r->limits[i].d.due;
        found = index_need(a, r, rows, arena_printf(a, "limit %s", due),
                           arena_printf(a, "county %s", due), true, why);
    }
    return found;
}

static bool indexes_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                          const char **why)
{
    const struct db_rows *rows = ask(a, conn, r, &stmt_index, r->name, why);
    bool primary = false;
    bool found = rows != NULL;
    for (int i = 0; rows && i < rows_count(rows); i++)
        primary = primary || str_eq(rows_text(rows, i, 0), "!county id");
    if (rows && !primary)
        return fail(a, why, r, r->name, NULL, "the primary key must be (county, id)");
    if (found && (r->verbs & REC_LIST) && strstr(r->d.sort, "created_at"))
        found = index_need(a, r, rows, "default order", "county created_at id", false, why);
    for (int i = 0; found && i < r->nfields; i++)
        found = field_indexes(a, r, rows, &r->fields[i], why);
    if (found && (r->verbs & REC_RESTORE))
        found = index_need(a, r, rows, "restore", "county deleted_at", true, why);
    return found && limit_indexes(a, r, rows, why);
}

static struct lazy stmt_constraint = {
    .sql = "select conname from pg_constraint where conrelid = to_regclass($1)"
           " union all select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid"
           " where i.indrelid = to_regclass($1)"};

/* Whether it is one of a table that the record's effects write. */
static bool effect_constraint(struct arena *a, struct db_conn *conn, const struct rec *r,
                              const char *name)
{
    const struct rec *to;
    for (int i = 0; (to = effect_target(r, i)); i++) {
        const char *ignored;
        const struct db_rows *rows = ask(a, conn, r, &stmt_constraint, to->name, &ignored);
        if (rows && column_row(rows, name) >= 0)
            return true;
    }
    return false;
}

static bool constraints_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                              const char **why)
{
    const struct db_rows *rows = ask(a, conn, r, &stmt_constraint, r->name, why);
    if (!rows)
        return false;
    for (int i = 0; i < r->nchecks; i++)
        if (column_row(rows, r->checks[i].constraint) < 0 &&
            !effect_constraint(a, conn, r, r->checks[i].constraint))
            return fail(
                a, why, r, r->name, arena_printf(a, "check %s", r->checks[i].constraint),
                "no constraint or index of that name; make it in a migration, or mend the name");
    return true;
}

/* What core.named_readers writes, and the column it rests on. */
static struct lazy stmt_readers = {
    .sql =
        "select exists (select from pg_attribute a where a.attrelid = to_regclass($1)"
        "   and a.attname = 'readers' and a.atttypid = 'uuid[]'::regtype and a.attnotnull),"
        " exists (select from pg_policy p where p.polrelid = to_regclass($1) and p.polname = "
        "'readers'"
        "   and not p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'"
        "   and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)"
        "   and regexp_replace(pg_get_expr(p.polqual, p.polrelid), '[()\\s]', '', 'g') = any ("
        "       array['SELECTcore.actorASactor=ANYreaders', regexp_replace(format('EXISTSSELECT "
        "FROM "
        "%s c"
        "       WHERE c.county = %s.county AND c.id = %s.id', regexp_replace($1, '_history$', ''),"
        "       split_part($1, '.', 2), split_part($1, '.', 2)), '[()\\s]', '', 'g')]))"};

static bool readers_check(struct arena *a, struct db_conn *conn, const struct rec *r,
                          const char *table, const char **why)
{
    if (!rec_named(r))
        return true;
    const struct db_rows *rows = ask(a, conn, r, &stmt_readers, table, why);
    const char *fault = NULL;
    if (!rows)
        return false;
    if (!rows_bool(rows, 0, 0))
        fault = "lacks the column readers uuid[] not null, in which class 4 names who sees a row";
    else if (!rows_bool(rows, 0, 1))
        fault = "lacks the policy `readers`, or it says something else; call core.named_readers in"
                " its migration";
    return !fault || fail(a, why, r, table, NULL, fault);
}

bool drift_check(struct arena *a, struct db_conn *conn, const struct rec *r, const char **why)
{
    return table_check(a, conn, r, r->name, why) && table_check(a, conn, r, r->history, why) &&
           wall_check(a, conn, r, r->name, why) && wall_check(a, conn, r, r->history, why) &&
           readers_check(a, conn, r, r->name, why) && readers_check(a, conn, r, r->history, why) &&
           indexes_check(a, conn, r, why) && constraints_check(a, conn, r, why);
}

/* ---- statements ---------------------------------------------------------------------------------
 */

static bool statement_describe(struct arena *a, struct db_conn *owner, const struct rec *r,
                               const char *what, const struct db_stmt *stmt, const char **why)
{
    struct db_error error;
    struct db_shape shape;
    if (!stmt || db_describe(owner, a, db_stmt_sql(stmt), &shape, &error))
        return true;
    *why = arena_printf(a, "%s: record %s: %s: %s", r->owner, r->d.name, what, error.message);
    return false;
}

/* Guards by themselves first, so that a slip in one is told by its name. */
static bool guards_describe(struct arena *a, struct db_conn *owner, const struct rec *r,
                            const char **why)
{
    static const char sql[] = "select from %s t where t.county = $1 and (%s)";
    bool ok = true;
    for (int i = 0; ok && i < r->nguards; i++)
        ok = statement_describe(
            a, owner, r, arena_printf(a, "guard %s", r->guards[i].d.refusal),
            db_stmt_new(arena_printf(a, sql, r->name, r->guards[i].d.holds.text)), why);
    const char *fixed = r->d.fixed_when.text;
    return ok &&
           (!fixed || statement_describe(a, owner, r, "fixed_when",
                                         db_stmt_new(arena_printf(a, sql, r->name, fixed)), why));
}

bool drift_statements(struct arena *a, struct db_conn *owner, const struct rec *r, const char **why)
{
    const struct {
        const char *what;
        const struct db_stmt *stmt;
    } table[] = {
        {"insert (compute of its fields)", r->insert},
        {"references on create", r->insert_before},
        {"counter", r->counter},
        {"rules on create", r->insert_rules},
        {"update", r->update},
        {"rules on update", r->update_rules},
        {"references on update", r->update_before},
        {"delete", r->remove},
        {"restore", r->restore},
        {"references on restore", r->restore_before},
        {"history", r->seal},
        {"origin", r->origin_link},
        {"get", r->get},
        {"get of what is shared", r->shared_get},
        {"notices on create", r->tell_create},
        {"versions", r->histories},
        {"version at a time", r->as_of},
        {"replay", r->replay},
        {"search by name", r->search_name},
        {"search by pinyin", r->search_pinyin},
        {"many: by id", r->bulk->by_id},
        {"many: by key", r->bulk->by_key},
        {"many: check of inserts", r->bulk->insert_check},
        {"many: check of updates", r->bulk->update_check},
        {"many: counter", r->bulk->counter},
        {"many: insert", r->bulk->insert},
        {"many: update", r->bulk->update},
        {"many: history", r->bulk->seal},
        {"many: step", r->bulk->step},
    };
    bool ok = guards_describe(a, owner, r, why);
    for (size_t i = 0; ok && i < sizeof table / sizeof table[0]; i++)
        ok = statement_describe(a, owner, r, table[i].what, table[i].stmt, why);
    for (int i = 0; ok && i < r->nfields; i++)
        ok = statement_describe(a, owner, r, arena_printf(a, "search by %s", r->fields[i].d.name),
                                r->search_exact[i], why);
    for (int i = 0; ok && i < r->nactions; i++) {
        const struct rec_action *x = &r->actions[i];
        ok = statement_describe(a, owner, r, arena_printf(a, "action %s: set", x->d.name), x->write,
                                why) &&
             statement_describe(a, owner, r, arena_printf(a, "action %s: guard", x->d.name),
                                x->before, why) &&
             statement_describe(a, owner, r, arena_printf(a, "action %s: rules", x->d.name),
                                x->rules, why) &&
             statement_describe(a, owner, r, arena_printf(a, "action %s: notices", x->d.name),
                                x->tell, why);
    }
    for (int i = 0; ok && effect_target(r, i); i++) {
        const struct rec_effect *e = &r->effects->item[i];
        const char *what = arena_printf(a, "effect %s", e->d.on);
        ok = statement_describe(a, owner, r, what, e->counter, why) &&
             statement_describe(a, owner, r, what, e->write, why) &&
             statement_describe(a, owner, r, what, e->seal, why);
    }
    return ok;
}

/* ---- the whole database -------------------------------------------------------------------------
 */

bool isolation_check(struct arena *a, struct db_conn *conn, const char **why)
{
    struct db_error error;
    struct db_rows *rows =
        db_query(conn, a, "select fault from core.isolation_faults() limit 1", 0, NULL, &error);
    if (!rows)
        *why = arena_printf(a, "isolation cannot be checked (%s)", error.sqlstate);
    else if (rows_count(rows) > 0)
        *why = arena_printf(a,
                            "isolation: %s; core.record_table or core.protect in its migration"
                            " mend it",
                            rows_text(rows, 0, 0));
    return rows && rows_count(rows) == 0;
}
