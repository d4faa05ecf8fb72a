#include "record/drift.h"

#include <string.h>

#include "base/str.h"
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
enum { COMMON = sizeof common / sizeof common[0] };

static bool fail(struct arena *a, const char **why, const struct rec *r, const char *table,
                 const char *column, const char *text)
{
    *why = arena_printf(a, "%s: record %s: table %s: %s%s%s", r->owner, r->d.name, table,
                        column ? column : "", column ? ": " : "", text);
    return false;
}

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
                                const struct facts *columns, int row, const struct rec_column *c)
{
    const struct wl_field *d = c->field >= 0 ? &r->fields[c->field].d : NULL;
    bool not_null = fact_bool(columns, row, COL_NOT_NULL);
    /* The history takes whole rows from the table. */
    bool filled = fact_bool(columns, row, COL_DEFAULT) || !str_eq(table, r->name);
    if (!str_eq(fact_text(columns, row, COL_TYPE), c->type))
        return arena_printf(a, "is %s, must be %s", fact_text(columns, row, COL_TYPE), c->type);
    if (c->not_null && !not_null)
        return "must be NOT NULL";
    if (d && !c->not_null && not_null && !(d->flags & WL_COMPUTED))
        return "is NOT NULL, but the field is not WL_REQUIRED; add the flag, or drop NOT NULL";
    if (d && not_null && !filled && !filled_on_create(r, c->field))
        return "is NOT NULL, but nothing fills it on create: give it `compute` or a default";
    if (fact_bool(columns, row, COL_GENERATED) && str_eq(table, r->name) && rules_name(r, c->field))
        return "is generated, so a rule or guard would see what it was before the write; name the"
               " fields it is made of";
    /* A search by prefix is a range of bytes. */
    if (d && d->type == WL_NAME && (d->flags & WL_SEARCHED) &&
        !fact_bool(columns, row, COL_BYTEWISE))
        return "must have collate \"C\", for it is searched by prefix";
    return NULL;
}

static const char *column_named(struct arena *a, const struct rec *r, const struct rec_column *c)
{
    if (c->field >= 0)
        return arena_printf(a, "field %s: column %s", r->fields[c->field].d.name, c->name);
    return arena_printf(a, "%s column %s",
                        c->not_null || str_eq(c->name, "deleted_at") ? "common" : "limit:",
                        c->name);
}

static bool column_check(struct arena *a, const struct rec *r, const char *table,
                         const struct facts *columns, const struct rec_column *c, const char **why)
{
    int row = fact_find(columns, c->name);
    const char *fault =
        row < 0 ? "is missing in the table; add it in a migration, to the history as well"
                : column_fault(a, r, table, columns, row, c);
    return !fault || fail(a, why, r, table, column_named(a, r, c), fault);
}

/* A column that no field describes would never be filled or shown. */
static bool stray_check(struct arena *a, const struct rec *r, const char *table,
                        const struct facts *columns, const char **why)
{
    for (int i = 0; i < columns->n; i++) {
        const char *name = fact_text(columns, i, COL_NAME);
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

static bool table_check(struct arena *a, const struct catalog *db, const struct rec *r,
                        const char *table, bool ahead, const char **why)
{
    const struct facts columns = catalog_of(db, ABOUT_COLUMNS, table);
    if (columns.n == 0)
        return fail(a, why, r, table, NULL, "does not exist; has its migration run?");
    for (int i = 0; i < COMMON; i++)
        if (!column_check(a, r, table, &columns, &common[i], why))
            return false;
    for (int i = 0; i < r->ncolumns; i++)
        if (!column_check(a, r, table, &columns, &r->columns[i], why))
            return false;
    return ahead || stray_check(a, r, table, &columns, why);
}

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

static bool wall_check(struct arena *a, const struct catalog *db, const struct rec *r,
                       const char *table, const char **why)
{
    const struct facts wall = catalog_of(db, ABOUT_WALL, table);
    bool gated = !r->linked && str_eq(table, r->name); /* rows are made in the table itself */
    const char *fault = NULL;
    if (wall.n != 1 || !fact_bool(&wall, 0, WALL_ON))
        fault = "row security is off" WALL_MEND;
    else if (!fact_bool(&wall, 0, WALL_POLICIES))
        fault = "lacks the county or the scope policy, or it says something else" WALL_MEND;
    else if (!fact_bool(&wall, 0, WALL_ALONE))
        fault = "has a permissive policy beside scope, which opens it; drop that policy";
    else if (gated && !fact_bool(&wall, 0, WALL_ACTIVE))
        fault =
            "lacks the policy `active`, so rows could be made where the plugin is off" WALL_MEND;
    else
        fault = door_fault(r, fact_bool(&wall, 0, WALL_DOOR), fact_bool(&wall, 0, WALL_DOOR_WELL));
    if (!fault)
        fault = handed_fault(r, fact_bool(&wall, 0, WALL_HANDED));
    return !fault || fail(a, why, r, table, NULL, fault);
}

static bool index_exists(const struct facts *indexes, const char *columns, bool partial)
{
    size_t n = strlen(columns);
    for (int i = 0; i < indexes->n; i++) {
        const char *keys = fact_text(indexes, i, 0);
        if (*keys == '!' || (partial && *keys == '?'))
            keys++;
        if (strncmp(keys, columns, n) == 0 && (!keys[n] || keys[n] == ' '))
            return true;
    }
    return false;
}

static bool index_need(struct arena *a, const struct rec *r, const struct facts *indexes,
                       const char *what, const char *columns, bool partial, const char **why)
{
    const char *list = "";
    size_t n;
    if (index_exists(indexes, columns, partial))
        return true;
    for (const char *at = columns, *w; (w = str_word_next(&at, &n));)
        list = arena_printf(a, "%s%s%.*s", list, *list ? ", " : "", (int)n, w);
    return fail(a, why, r, r->name, what,
                arena_printf(a, "no index begins with (%s); make one", list));
}

/* A filter that is a key somewhere behind county is answered within an index: it leads there, or
 * lists that walk the index in their order pass over what does not fit without reading indexes. */
static bool filter_backed(const struct facts *indexes, const char *column)
{
    static const char county[] = "county ";
    for (int i = 0; i < indexes->n; i++) {
        const char *keys = fact_text(indexes, i, 0);
        keys += *keys == '!' || *keys == '?';
        if (str_starts(keys, county) && str_has_word(keys + sizeof county - 1, column))
            return true;
    }
    return false;
}

static bool filter_need(struct arena *a, const struct rec *r, const struct facts *indexes,
                        const struct rec_field *f, const char **why)
{
    const char *column = r->columns[f->column].name;
    if (filter_backed(indexes, column))
        return true;
    return fail(a, why, r, r->name, arena_printf(a, "field %s", f->d.name),
                arena_printf(a,
                             "is WL_FILTER, but no index that begins with county holds %s; make"
                             " one, or add it at the end of one that lists walk",
                             column));
}

/* Lists walk an index in the order asked, searches one of the words looked for. */
static bool field_indexes(struct arena *a, const struct rec *r, const struct facts *indexes,
                          const struct rec_field *f, const char **why)
{
    const char *what = arena_printf(a, "field %s", f->d.name);
    bool found = !(f->d.flags & WL_FILTER) || filter_need(a, r, indexes, f, why);
    if (found && (f->d.flags & WL_SORT))
        found =
            index_need(a, r, indexes, what, arena_printf(a, "county %s id", f->d.name), false, why);
    for (int k = 0; found && (f->d.flags & WL_SEARCHED) && k < f->ncolumns; k++) {
        if (rec_is_encrypted(f->d.type) && k != 1)
            continue; /* of the three columns the blind index alone is looked up */
        found = index_need(a, r, indexes, what,
                           arena_printf(a, "county %s", r->columns[f->column + k].name), true, why);
    }
    return found;
}

static bool limit_indexes(struct arena *a, const struct rec *r, const struct facts *indexes,
                          const char **why)
{
    bool found = true;
    for (int i = 0; found && i < r->nlimits; i++) {
        const char *due = r->limits[i].d.due;
        found = index_need(a, r, indexes, arena_printf(a, "limit %s", due),
                           arena_printf(a, "county %s", due), true, why);
    }
    return found;
}

static bool indexes_check(struct arena *a, const struct catalog *db, const struct rec *r,
                          const char **why)
{
    const struct facts of_table = catalog_of(db, ABOUT_INDEXES, r->name), *indexes = &of_table;
    bool found = true;
    if (fact_find(indexes, "!county id") < 0)
        return fail(a, why, r, r->name, NULL, "the primary key must be (county, id)");
    if (found && (r->verbs & REC_LIST) && strstr(r->d.sort, "created_at"))
        found = index_need(a, r, indexes, "default order", "county created_at id", false, why);
    for (int i = 0; found && i < r->nfields; i++)
        found = field_indexes(a, r, indexes, &r->fields[i], why);
    if (found && (r->verbs & REC_RESTORE))
        found = index_need(a, r, indexes, "restore", "county deleted_at", true, why);
    return found && limit_indexes(a, r, indexes, why);
}

/* Whether it is one of a table that the record's effects write. */
static bool effect_constraint(const struct catalog *db, const struct rec *r, const char *name)
{
    const struct rec *to;
    for (int i = 0; (to = effect_target(r, i)); i++) {
        const struct facts constraints = catalog_of(db, ABOUT_CONSTRAINTS, to->name);
        if (fact_find(&constraints, name) >= 0)
            return true;
    }
    return false;
}

static bool constraints_check(struct arena *a, const struct catalog *db, const struct rec *r,
                              const char **why)
{
    const struct facts constraints = catalog_of(db, ABOUT_CONSTRAINTS, r->name);
    for (int i = 0; i < r->nchecks; i++)
        if (fact_find(&constraints, r->checks[i].constraint) < 0 &&
            !effect_constraint(db, r, r->checks[i].constraint))
            return fail(
                a, why, r, r->name, arena_printf(a, "check %s", r->checks[i].constraint),
                "no constraint or index of that name; make it in a migration, or mend the name");
    return true;
}

static bool readers_check(struct arena *a, const struct catalog *db, const struct rec *r,
                          const char *table, const char **why)
{
    const struct facts readers = catalog_of(db, ABOUT_READERS, table);
    const char *fault = NULL;
    if (!rec_named(r))
        return true;
    if (!fact_bool(&readers, 0, 0))
        fault = "lacks the column readers uuid[] not null, in which class 4 names who sees a row";
    else if (!fact_bool(&readers, 0, 1))
        fault = "lacks the policy `readers`, or it says something else; call core.named_readers in"
                " its migration";
    return !fault || fail(a, why, r, table, NULL, fault);
}

bool drift_check(struct arena *a, const struct catalog *db, const struct rec *r, bool ahead,
                 const char **why)
{
    return table_check(a, db, r, r->name, ahead, why) &&
           table_check(a, db, r, r->history, ahead, why) &&
           wall_check(a, db, r, r->name, why) && wall_check(a, db, r, r->history, why) &&
           readers_check(a, db, r, r->name, why) && readers_check(a, db, r, r->history, why) &&
           indexes_check(a, db, r, why) && constraints_check(a, db, r, why);
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

bool isolation_check(struct arena *a, const struct catalog *db, const char **why)
{
    const struct facts faults = catalog_of(db, ABOUT_ISOLATION, "");
    if (faults.n == 0)
        return true;
    *why = arena_printf(a,
                        "isolation: %s; core.record_table or core.protect in its migration mend it",
                        fact_text(&faults, 0, 0));
    return false;
}
