#include "record/catalog.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "call/lazy.h"
#include "db/once.h"
#include "record/rec.h"

enum { NAMES_MAX = 1 << 20, NAME = 1 /* column before the facts */ };

struct catalog {
    struct answer about[CATALOG_ABOUT]; /* by table, in the order of strcmp */
};

/* `facts` of every table x of $1. */
#define OF_EACH(facts)                                                                             \
    " select x.name, f.* from unnest($1::text[]) as x(name) cross join lateral (" facts            \
    ") as f order by x.name collate \"C\""

static struct lazy stmts[CATALOG_ABOUT] = {
    [ABOUT_COLUMNS] =
        {.sql = OF_EACH("select attname, format_type(atttypid, atttypmod), attnotnull, atthasdef,"
                        "       attcollation = 'pg_catalog.\"C\"'::regcollation, attgenerated <> ''"
                        "  from pg_attribute where attrelid = to_regclass(x.name) and attnum > 0"
                        "   and not attisdropped")},
    /* The policies must say what core.record_table writes, as station.resident's do; one more
     * permissive policy would open the table beside them. */
    [ABOUT_WALL] =
        {.sql = "with model as materialized ("
                "   select p.polname, p.polpermissive, p.polcmd,"
                "          pg_get_expr(p.polqual, p.polrelid)"
                "              || pg_get_expr(p.polwithcheck, p.polrelid) as says"
                "     from pg_policy p where p.polrelid = to_regclass('station.resident')"
                "      and (p.polname, p.polpermissive) in (('county', false), ('scope', "
                "true)))" OF_EACH(
                    "select c.relrowsecurity,"
                    "       (select count(*) = 2 from pg_policy p join model m using (polname,"
                    "               polpermissive, polcmd)"
                    "         where p.polrelid = c.oid and m.says = pg_get_expr(p.polqual, c.oid)"
                    "               || pg_get_expr(p.polwithcheck, c.oid)),"
                    "       not exists (select from pg_policy p where p.polrelid = c.oid"
                    "          and p.polpermissive and p.polname not in ('scope', 'county_wide',"
                    "              'handed_read', 'handed_act', 'handed_log')),"
                    "       exists (select from pg_policy p where p.polrelid = c.oid"
                    "          and p.polname = 'active' and not p.polpermissive"
                    "          and p.polcmd = 'a'),"
                    "       exists (select from pg_policy p where p.polrelid = c.oid"
                    "          and p.polname = 'county_wide'),"
                    "       exists (select from pg_policy p where p.polrelid = c.oid"
                    "          and p.polname = 'county_wide' and p.polpermissive"
                    "          and p.polcmd = 'r' and p.polroles = '{0}'"
                    "          and pg_get_expr(p.polqual, c.oid) = 'true'),"
                    "       exists (select from core.reach_door k"
                    "                where k.name = x.name and k.door = 'handed')"
                    "  from pg_class c where c.oid = to_regclass(x.name)")},
    /* What core.named_readers writes, and the column it rests on. */
    [ABOUT_READERS] =
        {.sql = OF_EACH(
             "select exists (select from pg_attribute a where a.attrelid = to_regclass(x.name)"
             "          and a.attname = 'readers' and a.atttypid = 'uuid[]'::regtype"
             "          and a.attnotnull),"
             "       exists (select from pg_policy p where p.polrelid = to_regclass(x.name)"
             "          and p.polname = 'readers' and not p.polpermissive and p.polcmd = '*'"
             "          and p.polroles = '{0}' and pg_get_expr(p.polqual, p.polrelid)"
             "              = pg_get_expr(p.polwithcheck, p.polrelid)"
             "          and regexp_replace(pg_get_expr(p.polqual, p.polrelid), '[()\\s]', '', 'g')"
             "              = any (array['SELECTcore.actorASactor=ANYreaders', regexp_replace("
             "                  format('EXISTSSELECT FROM %s c WHERE c.county = %s.county"
             "                          AND c.id = %s.id', regexp_replace(x.name, '_history$', ''),"
             "                      split_part(x.name, '.', 2), split_part(x.name, '.', 2)),"
             "                  '[()\\s]', '', 'g')]))")},
    [ABOUT_INDEXES] =
        {.sql = OF_EACH(
             "select case when i.indisprimary then '!' when i.indpred is not null then '?'"
             "            else '' end ||"
             "       (select string_agg(coalesce(a.attname::text, '()'), ' ' order by k.n)"
             "          from unnest(i.indkey::int2[]) with ordinality k (attnum, n)"
             "          left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
             "         where k.n <= i.indnkeyatts)"
             "  from pg_index i where i.indrelid = to_regclass(x.name) and i.indisvalid")},
    [ABOUT_CONSTRAINTS] =
        {.sql = OF_EACH(
             "select conname from pg_constraint where conrelid = to_regclass(x.name)"
             " union all select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid"
             " where i.indrelid = to_regclass(x.name)")},
    /* Unique over living rows only: a deleted row must not stand in the way of a new one. */
    [ABOUT_UNIQUE] =
        {.sql = OF_EACH(
             "select c.relname, (select string_agg(a.attname::text, ' ' order by k.n)"
             "          from unnest(i.indkey::int2[]) with ordinality k (attnum, n)"
             "          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
             "         where k.n <= i.indnkeyatts)"
             "  from pg_index i join pg_class c on c.oid = i.indexrelid"
             " where i.indrelid = to_regclass(x.name) and i.indisunique and i.indisvalid"
             "   and i.indexprs is null"
             "   and pg_get_expr(i.indpred, i.indrelid) = '(deleted_at IS NULL)'")},
    [ABOUT_ISOLATION] = {.sql = "select '', fault from core.isolation_faults() limit 1"},
};

/* "{station.resident,station.resident_history,…}": names are words, so nothing needs quotes. */
static const char *names_list(struct arena *a)
{
    struct buf b;
    const struct rec *r;
    const char *list;

    buf_init(&b, NAMES_MAX);
    for (int i = 0; (r = rec_at(i)); i++) {
        buf_str(&b, i ? "," : "{");
        buf_str(&b, r->name);
        buf_char(&b, ',');
        buf_str(&b, r->history);
    }
    buf_str(&b, b.n ? "}" : "{}");
    list = arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return list;
}

struct catalog *catalog_read(struct arena *a, struct db_conn *conn, const char **why)
{
    struct catalog *c = arena_alloc(a, sizeof *c);
    const char *const names[] = {names_list(a)};
    struct question q[CATALOG_ABOUT];
    struct db_error e;

    for (int i = 0; i < CATALOG_ABOUT; i++)
        q[i] = (struct question){lazy_stmt(&stmts[i]), i == ABOUT_ISOLATION ? 0 : 1, names};
    if (once_ask(a, conn, q, CATALOG_ABOUT, c->about, &e))
        return c;
    *why = arena_printf(a, "the tables of the records cannot be inspected (%s)", e.sqlstate);
    return NULL;
}

static const char *cell(const struct answer *x, int row, int col)
{
    assert(row < x->rows && col < x->columns);
    return x->cell[row * x->columns + col];
}

/* The first row whose table is not before this one. */
static int lower_bound(const struct answer *x, const char *table)
{
    int lo = 0, hi = x->rows;

    while (lo < hi) {
        int mid = lo + (hi - lo) / 2;

        if (strcmp(cell(x, mid, 0), table) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct facts catalog_of(const struct catalog *c, enum catalog_about about, const char *table)
{
    const struct answer *x = &c->about[about];
    struct facts f = {x, lower_bound(x, table), 0};

    while (f.first + f.n < x->rows && str_eq(cell(x, f.first + f.n, 0), table))
        f.n++;
    return f;
}

const char *fact_text(const struct facts *f, int row, int col)
{
    return cell(f->from, f->first + row, NAME + col);
}

bool fact_bool(const struct facts *f, int row, int col)
{
    return *fact_text(f, row, col) == 't';
}

int fact_find(const struct facts *f, const char *text)
{
    for (int i = 0; i < f->n; i++)
        if (str_eq(fact_text(f, i, 0), text))
            return i;
    return -1;
}
