#include "report/indicator.h"

#include <string.h>

#include "base/str.h"
#include "record/readers.h"
#include "report/ops.h"

static struct {
    struct indicator items[INDICATORS_MAX];
    int n;
} all;

const struct indicator *indicators_all(int *n)
{
    *n = all.n;
    return all.items;
}

const struct indicator *indicator_find(const char *code)
{
    for (int i = 0; i < all.n; i++)
        if (str_eq(all.items[i].d.code, code) ||
            (all.items[i].d.persons && str_eq(all.items[i].d.persons, code)))
            return &all.items[i];
    return NULL;
}

/* Parameters: $1 county, $2 $3 scope, $4 $5 from and to, $6 one org or null. */
#define BEHIND                                                                                     \
    " from (%s) f where " SCOPE_HOLDS(                                                             \
        "f") " and f.at >= $4::timestamptz and f.at < $5::timestamptz"                             \
             " and ($6::uuid is null or f.org = $6::uuid)"

/* One row per (township, kind), township, kind, and the whole. Persons are counted anew at each
 * level, never summed (domain book 4.1). */
static const struct db_stmt *sums_stmt(struct arena *a, const struct indicator *x)
{
    return db_stmt_new(arena_printf(
        a,
        "select (f.div / 1000)::int as township, f.kind, grouping(f.div / 1000) as all_townships,"
        " grouping(f.kind) as all_kinds, coalesce(%s, 0)::bigint as n,"
        " %s as persons" BEHIND
        " group by grouping sets ((f.div / 1000, f.kind), (f.div / 1000), (f.kind), ())"
        " order by 3 desc, 4 desc, 1, 2",
        x->d.flags & WL_MEAN ? "round(avg(f.n))" : "sum(f.n)",
        x->d.persons ? "count(distinct f.person)" : "null::bigint", x->d.rows.text));
}

/* A total may count rows of class 4; the rows themselves are their readers'. */
static const char *readers_of(struct arena *a, const struct rec *r)
{
    const char *where = readers_where(a, r, "c");
    return *where ? arena_printf(a,
                                 " and exists (select from %s c where c.county = f.county"
                                 " and c.id = f.id%s)",
                                 r->name, where)
                  : "";
}

/* $7 township or null, $8 kind or null, $9 limit, $10 role, $11 address, $12 request, then the last
 * row's at and id. */
static const struct db_stmt *rows_stmt(struct arena *a, const struct indicator *x, bool after)
{
    const char *record =
        x->nrecords > 1 ? "f.record" : arena_printf(a, "'%s'::text", x->records[0]->name);
    return db_stmt_new(arena_printf(
        a,
        "with page as materialized (select f.id, f.div::text as div, f.org, f.at, f.person, "
        "f.kind, f.n, %s as record" BEHIND " and ($7::int is null or f.div / 1000 = $7::int)"
        " and ($8::text is null or f.kind = $8)%s%s order by f.at, f.id limit $9::int),"
        " a as (insert into core.audit (county, actor, role, address, action, object, request, n)"
        " select $1, core.actor(), $10, $11::inet, 'report_rows', '%s', $12::uuid, least(count(*), "
        "$9::int - 1)::int"
        " from page) select * from page",
        record, x->d.rows.text, readers_of(a, x->records[0]),
        after ? " and (f.at, f.id) > ($13::timestamptz, $14::uuid)" : "", x->records[0]->name));
}

static bool fail(struct arena *a, const char **why, const struct indicator *x, const char *text)
{
    *why = arena_printf(a, "%s: indicator %s: %s", x->plugin, x->d.code, text);
    return false;
}

/* NULL or the fault. */
static const char *records_find(struct arena *a, struct indicator *x)
{
    size_t n;
    for (const char *at = x->d.record, *w; (w = str_word_next(&at, &n));) {
        if (x->nrecords == INDICATOR_RECORDS_MAX)
            return "too many records: at most 8";
        const struct rec *r = rec_find(arena_strndup(a, w, n));
        if (!r)
            return "no loaded module has the record it counts; mend `record`, or load that plugin";
        x->records[x->nrecords++] = r;
    }
    for (int i = 0; i < x->nrecords; i++)
        if (x->nrecords > 1 && (rec_named(x->records[i]) || x->records[i]->plugin_gate))
            return "rows of class 4, or of a service that may be off, are counted by themselves;"
                   " name one record";
    return x->nrecords ? NULL : "names no record; mend `record`";
}

static bool indicator_add(struct arena *a, const struct wl_plugin *p, uint32_t i, const char **why)
{
    struct indicator *x = &all.items[all.n];
    table_row(&p->indicators, i, &x->d, sizeof x->d);
    x->plugin = p->name;
    if (all.n == INDICATORS_MAX)
        return fail(a, why, x, "too many indicators; load fewer plugins");
    if (indicator_find(x->d.code) || (x->d.persons && indicator_find(x->d.persons)))
        return fail(a, why, x, "another module has an indicator of that code; choose another code");
    x->nrecords = 0;
    const char *fault = records_find(a, x);
    if (fault)
        return fail(a, why, x, fault);
    x->gate = x->records[0]->plugin_gate;
    x->sums = sums_stmt(a, x);
    x->rows = rows_stmt(a, x, false);
    x->rows_after = rows_stmt(a, x, true);
    all.n++;
    return true;
}

bool report_set_catalog(struct arena *a, const struct wl_plugin *const *plugins, int n,
                        const char **why)
{
    all.n = 0;
    for (int k = 0; k < n; k++)
        for (uint32_t i = 0; i < plugins[k]->indicators.count; i++)
            if (!indicator_add(a, plugins[k], i, why))
                return false;
    return true;
}
