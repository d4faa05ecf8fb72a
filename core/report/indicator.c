#include "report/indicator.h"

#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "record/codes.h"
#include "record/readers.h"
#include "report/findings.h"
#include "report/freeze.h"
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

const char *indicator_label(struct call *c, const struct indicator *x, const char *code)
{
    return message(c->lang, x->plugin, arena_printf(c->arena, "indicator.%s", code));
}

const char *indicator_kind(struct call *c, const struct indicator *x, const char *kind)
{
    if (x->d.kinds)
        return code_label(c->lang, x->d.kinds, kind);
    const char *key = arena_printf(c->arena, "indicator.%s.%s", x->d.code, kind);
    const char *text = NULL;
    for (int i = 0; !text && i < x->nparts; i++)
        text = message_find(c->lang, x->parts[i].plugin, key);
    return text ? text : kind; /* names, as of brand plans, are their own labels */
}

/* ---- SQL ------------------------------------------------------------------------------------- */

enum { ROWS_MAX = 4 << 20 };

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

const char *indicator_rows(struct arena *a, const struct indicator *x, bool own, const char *on)
{
    const char *arms = "";
    for (int i = 0; i < x->nparts; i++) {
        const struct indicator_part *p = &x->parts[i];
        const char *record = p->nrecords > 1
                                 ? "f.record"
                                 : arena_printf(a, "'%s'::text as record", p->records[0]->name);
        arms = arena_printf(a,
                            "%s%sselect f.county, f.div, f.org, f.at, f.id, f.person, f.kind, f.n,"
                            " %s from (%s) f where '{%s}'::text[] <@ %s::text[]%s",
                            arms, i ? " union all " : "", record, p->rows, p->gate ? p->gate : "",
                            on, own ? readers_of(a, p->records[0]) : "");
    }
    return arms;
}

/* Parameters: $1 county, $2 $3 scope, $4 $5 from and to, $6 one org or null, $7 the plugins that
 * are on for the caller. */
#define BEHIND                                                                                     \
    " from (%s) f where " SCOPE_HOLDS(                                                             \
        "f") " and f.at >= $4::timestamptz and f.at < $5::timestamptz"                             \
             " and ($6::uuid is null or f.org = $6::uuid)"

#define AMOUNT(x) ((x)->d.flags & WL_MEAN ? "round(avg(f.n))" : "sum(f.n)")
#define PERSONS(x) ((x)->d.persons ? "count(distinct f.person)" : "null::bigint")

/* One row per (township, kind), township, kind, and the whole. Persons are counted anew at each
 * level, never summed (domain book 4.1). */
static const struct db_stmt *sums_stmt(struct arena *a, const struct indicator *x, const char *rows)
{
    return db_stmt_new(arena_printf(
        a,
        "select (f.div / 1000)::int as township, f.kind, grouping(f.div / 1000) as all_townships,"
        " grouping(f.kind) as all_kinds, coalesce(sum(f.n), 0)::bigint as n, count(*) as c,"
        " %s as persons" BEHIND
        " group by grouping sets ((f.div / 1000, f.kind), (f.div / 1000), (f.kind), ())"
        " order by 3 desc, 4 desc, 1, 2",
        PERSONS(x), rows));
}

/* $8 'YYYY-MM' or 'YYYY-MM-DD', $9 the kind whose share is shown, $10 by township too. */
static const struct db_stmt *series_stmt(struct arena *a, const struct indicator *x,
                                         const char *rows)
{
    return db_stmt_new(arena_printf(
        a,
        "select to_char(f.at at time zone 'Asia/Shanghai', $8::text) as span,"
        " (f.div / 1000)::int as township, grouping(f.div / 1000) as whole,"
        " coalesce(%s, 0)::bigint as n, %s as persons,"
        " coalesce(sum(f.n) filter (where f.kind = $9::text), 0)::bigint as part" BEHIND
        " group by grouping sets ((1), (1, f.div / 1000))"
        " having $10::bool or grouping(f.div / 1000) = 1 order by 1, 3 desc, 2",
        AMOUNT(x), PERSONS(x), rows));
}

/* $8 limit. Nothing that says whose row it is. */
static const struct db_stmt *newest_stmt(struct arena *a, const char *rows)
{
    return db_stmt_new(arena_printf(a,
                                    "select (f.div / 1000)::int as township, f.kind, f.at,"
                                    " (extract(epoch from f.at) * 1000000)::bigint" BEHIND
                                    " and f.at <= now() order by f.at desc limit $8::int",
                                    rows));
}

/* $8 township or null, $9 kind or null, $10 limit, $11 role, $12 address, $13 request, then the
 * last row's at and id. */
static const struct db_stmt *rows_stmt(struct arena *a, const struct indicator *x, const char *rows,
                                       bool after)
{
    return db_stmt_new(arena_printf(
        a,
        "with page as materialized (select f.id, f.div::text as div, f.org, f.at, f.person, "
        "f.kind, f.n, f.record" BEHIND " and ($8::int is null or f.div / 1000 = $8::int)"
        " and ($9::text is null or f.kind = $9)%s order by f.at, f.id limit $10::int),"
        " a as (insert into core.audit (county, actor, role, address, action, object, request, n)"
        " select $1, core.actor(), $11, $12::inet, 'report_rows', '%s', $13::uuid, least(count(*), "
        "$10::int - 1)::int"
        " from page) select * from page",
        rows, after ? " and (f.at, f.id) > ($14::timestamptz, $15::uuid)" : "",
        x->parts[0].records[0]->name));
}

/* ---- what modules declare -------------------------------------------------------------------- */

static bool fail(struct arena *a, const char **why, const char *plugin, const char *code,
                 const char *text)
{
    *why = arena_printf(a, "%s: indicator %s: %s", plugin, code, text);
    return false;
}

/* NULL or the fault. */
static const char *records_find(struct arena *a, const char *names, struct indicator_part *p)
{
    size_t n;
    for (const char *at = names, *w; (w = str_word_next(&at, &n));) {
        if (p->nrecords == INDICATOR_RECORDS_MAX)
            return "too many records: at most 8";
        const struct rec *r = rec_find(arena_strndup(a, w, n));
        if (!r)
            return "no loaded module has the record it counts; mend `record`, or load that plugin";
        p->records[p->nrecords++] = r;
    }
    for (int i = 0; i < p->nrecords; i++)
        if (p->nrecords > 1 &&
            (rec_named(p->records[i]) || !str_eq(p->records[i]->owner, p->records[0]->owner)))
            return "rows of class 4, or of another module, are counted by themselves: name one"
                   " record, and declare the code again for the others";
    return p->nrecords ? NULL : "names no record; mend `record`";
}

static bool same(const char *a, const char *b)
{
    return a == b || str_eq(a, b);
}

/* The indicator that already counts under this code; NULL: none, or *fault says why neither it nor
 * a new one can take d. */
static struct indicator *counted(const struct wl_indicator *d, const char **fault)
{
    for (int i = 0; i < all.n; i++) {
        struct indicator *x = &all.items[i];
        if (!str_eq(x->d.code, d->code)) {
            if (same(x->d.code, d->persons) || same(x->d.persons, d->code) ||
                (d->persons && same(x->d.persons, d->persons)))
                *fault = "another indicator has its code, or its persons'; choose another";
            continue;
        }
        if (!same(x->d.unit, d->unit) || !same(x->d.persons, d->persons) ||
            !same(x->d.kinds, d->kinds) || !same(x->d.share, d->share) || x->d.flags != d->flags)
            *fault = "is declared before with another unit, persons, kinds, share or flags; give"
                     " the same, or choose another code";
        else if (x->nparts == INDICATOR_PARTS_MAX)
            *fault = "is declared too often: at most 12 times; join some";
        else
            return x;
    }
    return NULL;
}

static bool indicator_add(struct arena *a, const struct wl_plugin *p, uint32_t i, const char **why)
{
    struct wl_indicator d;
    const char *fault = NULL;
    table_row(&p->indicators, i, &d, sizeof d);
    struct indicator *x = counted(&d, &fault);
    struct indicator_part part = {.plugin = p->name, .rows = d.rows.text};
    if (!fault)
        fault = records_find(a, d.record, &part);
    if (!fault && !x && all.n == INDICATORS_MAX)
        fault = "too many indicators; load fewer plugins";
    if (fault)
        return fail(a, why, p->name, d.code, fault);
    if (!x) {
        x = &all.items[all.n++];
        *x = (struct indicator){.d = d, .plugin = p->name};
    }
    part.gate = part.records[0]->plugin_gate;
    x->parts[x->nparts++] = part;
    return true;
}

static void stmts_make(struct arena *a, struct indicator *x)
{
    struct arena *own = arena_new(ROWS_MAX);
    const char *rows = indicator_rows(own, x, false, "$7");
    const char *shown = indicator_rows(own, x, true, "$7"); /* one by one, to their readers */

    x->sums = sums_stmt(a, x, rows);
    x->series = series_stmt(a, x, rows);
    x->rows = rows_stmt(a, x, shown, false);
    x->rows_after = rows_stmt(a, x, shown, true);
    x->newest = newest_stmt(a, shown);
    arena_free(own);
}

bool report_set_catalog(struct arena *a, const struct wl_plugin *const *plugins, int n,
                        const char **why)
{
    all.n = 0;
    for (int k = 0; k < n; k++)
        for (uint32_t i = 0; i < plugins[k]->indicators.count; i++)
            if (!indicator_add(a, plugins[k], i, why))
                return false;
    for (int i = 0; i < all.n; i++)
        stmts_make(a, &all.items[i]);
    return freeze_build(a, why) && findings_build(a, why);
}
