#include "report/freeze.h"

#include "call/actor.h"
#include "record/record.h"
#include "report/ask.h"
#include "report/indicator.h"

enum { SQL_MAX = 4 << 20 };

static const struct db_stmt *stmt_freeze, *stmt_demo, *stmt_corrections;

/* ---- SQL: over m (county, div, month) -------------------------------------------------------- */

/* In a format. */
#define WIDE "case when m.div %% 1000000 = 0 then 1000000 else 1000 end"
#define INSTANT(day) "timezone('Asia/Shanghai', (" day ")::timestamp)"

/* In a format, and below: levels of grouping(township, kind). */
#define OWN "f.div < m.div + 1000"
enum { OF_TOWNSHIP = 1, OF_KIND, OF_ALL };

/* One indicator in month d: sums and rows of the place itself, persons of all that belongs to it
 * (a township's are its own, the county's everybody's); of the county, besides, every place whose
 * report its sums are not of. */
static void arm_add(struct buf *b, struct arena *a, const struct indicator *x, const char *on)
{
    buf_printf(b,
               "select '%s'::text as code, (select jsonb_build_object("
               "'n', coalesce(max(g.own_n) filter (where g.level = %d), 0),"
               " 'c', coalesce(max(g.own_c) filter (where g.level = %d), 0),"
               " 'p', max(g.p) filter (where g.level = %d),"
               " 'k', coalesce(jsonb_object_agg(g.kind, jsonb_build_array(g.own_n, g.own_c, g.p))"
               " filter (where g.level = %d and g.kind <> ''), '{}'),"
               " 't', jsonb_agg(jsonb_build_array(g.township::text, coalesce(g.kind, ''), g.n, g.c,"
               " g.p)) filter (where g.township <> all (d.summed)"
               " and (g.level = %d or g.kind <> '')))"
               " from (select f.div / 1000 as township, f.kind,"
               " grouping(f.div / 1000, f.kind) as level,"
               " coalesce(sum(f.n) filter (where " OWN "), 0)::bigint as own_n,"
               " count(*) filter (where " OWN ") as own_c,"
               " coalesce(sum(f.n), 0)::bigint as n, count(*) as c, %s as p"
               " from (%s) f where f.county = $1 and f.div >= m.div and f.div < m.div + " WIDE
               " and f.at >= " INSTANT("d.month") " and f.at < " INSTANT(
                   "d.month + interval '1 month'") " group by grouping sets"
                                                   " ((f.div / 1000, f.kind), (f.div / 1000),"
                                                   " (f.kind), ())) g) as figure where false",
               x->d.code, OF_ALL, OF_ALL, OF_ALL, OF_KIND, OF_TOWNSHIP,
               x->d.persons ? "count(distinct f.person)" : "null::bigint",
               indicator_rows(a, x, false, on));
    for (int i = 0; i < x->nparts; i++)
        buf_printf(b, " or '{%s}'::text[] <@ %s::text[]", x->parts[i].gate ? x->parts[i].gate : "",
                   on);
}

static void arms_add(struct buf *b, struct arena *a, const char *on)
{
    int n;
    const struct indicator *all = indicators_all(&n);
    if (n == 0)
        buf_str(b, "select null::text as code, null::jsonb as figure where false");
    for (int i = 0; i < n; i++) {
        buf_str(b, i ? " union all " : "");
        arm_add(b, a, &all[i], on);
    }
}

/* Of the county: its stations' reports, q, of which its sums are, as they were sent, s. */
#define SOURCES                                                                                    \
    " from station.month_report q cross join lateral core.report_frozen(q.county, q.id) s"         \
    " where m.div % 1000000 = 0 and q.county = $1 and q.month = m.month"                           \
    " and q.div % 1000000 <> 0 and q.deleted_at is null"

/* d: the month itself (`itself`), and the frozen ones before it that may still be put right; x:
 * what is counted in each now; base: what was sent of each, with what later months have put right.
 */
static void counted_add(struct buf *b, struct arena *a, bool itself, const char *on)
{
    buf_str(b, "with d as materialized (");
    if (itself)
        buf_str(b, "select m.month, null::uuid as snapshot, null::jsonb as figures,"
                   " null::jsonb as corrections, case when m.div % 1000000 = 0"
                   " then array(select q.township::bigint" SOURCES ") end as summed union all ");
    buf_str(b, "select s.month, s.id as snapshot, s.figures, s.corrections,"
               " null::bigint[] as summed"
               " from station.month_report q"
               " cross join lateral core.report_frozen(q.county, q.id) s"
               " where q.county = $1 and q.township = (m.div / 1000)::int and q.month < m.month"
               " and q.month >= m.month"
               " - make_interval(months => core.param($1, 'report.correct_months')::int)"
               " and q.deleted_at is null),"
               " x as materialized (select d.snapshot, i.code, i.figure from d"
               " cross join lateral (");
    arms_add(b, a, on);
    buf_str(b, ") i), sent as (select d.snapshot, f.key as code, (f.value ->> 'n')::bigint as n,"
               " (f.value ->> 'p')::bigint as p from d, jsonb_each(d.figures) f"
               " union all select o.key::uuid, f.key, (f.value ->> 0)::bigint,"
               " (f.value ->> 1)::bigint from d, jsonb_each(d.corrections) o,"
               " jsonb_each(o.value) f),"
               " base as (select s.snapshot, s.code, sum(s.n) as n, sum(s.p) as p from sent s"
               " group by s.snapshot, s.code),"
               " off as (select x.snapshot, x.code, (x.figure ->> 'n')::bigint - y.n as n,"
               " (x.figure ->> 'p')::bigint - y.p as p from x"
               " join base y on y.snapshot = x.snapshot and y.code = x.code),"
               " put as (select o.snapshot,"
               " jsonb_object_agg(o.code, jsonb_build_array(o.n, o.p)) as c"
               " from off o where o.n <> 0 or o.p <> 0 group by o.snapshot)");
}

#define CORRECTIONS                                                                                \
    "coalesce((select jsonb_object_agg(put.snapshot, put.c) from put), '{}') as corrections"

/* Whose reports are frozen, as which row. */
struct sending {
    const char *id, *version, *by, *at, *plugins;
    const char *of; /* from m where … */
};

/* $4 the report, $5 the call, $6 services: the one that this call has sent. */
static const struct sending by_call = {
    .id = "$5::uuid",
    .version = "m.version",
    .by = "core.actor()",
    .at = "now()",
    .plugins = "$6",
    .of = "station.month_report m where " SCOPE_HOLDS("m") " and m.id = $4::uuid"
                                                           " and m.change = $5::uuid",
};

/* $2 month, $3 whether the county's: those that the demonstration has sent. */
static const struct sending by_demo = {
    .id = "gen_random_uuid()",
    .version = "2",
    .by = "coalesce(m.submitted_by, m.accepted_by)",
    .at = "coalesce(m.submitted_at, m.accepted_at)",
    .plugins = "m.plugins",
    .of = "(select q.*, (select coalesce(array_agg(distinct p.plugin), '{}')"
          " from core.plugin_activation p where p.county = q.county and p.enabled"
          " and (p.township = q.township or q.div % 1000000 = 0)) as plugins"
          " from station.month_report q) m"
          " where m.county = $1 and m.month = $2::date and (m.div % 1000000 = 0) = $3::bool"
          " and m.state <> 'open' and not exists (select from core.report_snapshot s"
          " where s.county = m.county and s.report = m.id)",
};

/* The county's names what its sums are of. */
static void freeze_text(struct buf *b, struct arena *a, const struct sending *x)
{
    buf_printf(b,
               "with m as materialized (select m.* from %s)"
               " insert into core.report_snapshot (county, id, report, version, div, month, by, at,"
               " figures, corrections, sources, sha256)"
               " select m.county, %s, m.id, %s, m.div, m.month, %s, %s,"
               " n.figures, n.corrections, n.sources,"
               " sha256(convert_to(concat_ws(chr(10), n.figures, n.corrections, n.sources),"
               " 'UTF8')) from m cross join lateral (",
               x->of, x->id, x->version, x->by, x->at);
    counted_add(b, a, true, x->plugins);
    buf_str(b, " select coalesce((select jsonb_object_agg(x.code, x.figure) from x"
               " where x.snapshot is null), '{}') as figures, " CORRECTIONS
               ", coalesce((select jsonb_object_agg(q.township, encode(s.sha256, 'hex'))" SOURCES
               "), '{}') as sources) n");
}

static void call_text(struct buf *b, struct arena *a)
{
    freeze_text(b, a, &by_call);
}

static void demo_text(struct buf *b, struct arena *a)
{
    freeze_text(b, a, &by_demo);
}

/* $4 division, $5 month, $6 services. */
static void corrections_text(struct buf *b, struct arena *a)
{
    buf_str(b, "select n.corrections::text from (select $1::int as county, $4::bigint as div,"
               " $5::date as month) m cross join lateral (");
    counted_add(b, a, false, "$6");
    buf_str(b, " select " CORRECTIONS ") n where " SCOPE_HOLDS("m"));
}

static const struct db_stmt *stmt_of(struct arena *a, void (*text)(struct buf *, struct arena *))
{
    struct arena *own = arena_new(SQL_MAX); /* of pieces of the text */
    struct buf b;
    buf_init(&b, SQL_MAX);
    text(&b, own);
    const struct db_stmt *s = b.over ? NULL : db_stmt_new(arena_strndup(a, b.p, b.n));
    buf_free(&b);
    arena_free(own);
    return s;
}

/* ---- in a batch ------------------------------------------------------------------------------ */

static void freeze_add(struct call *c, struct db_batch *b, const char *id)
{
    const char **p = rec_params(c, 6);
    p[3] = id;
    p[4] = c->id;
    p[5] = ask_plugins(c);
    batch_add(b, stmt_freeze, 6, p);
}

int corrections_add(struct call *c, struct db_batch *b, const char *div, const char *month)
{
    const char **p = rec_params(c, 6);
    p[3] = div;
    p[4] = month;
    p[5] = ask_plugins(c);
    return batch_add(b, stmt_corrections, 6, p);
}

void freeze_demo_add(struct db_batch *b, const char *county, const char *month, bool of_county)
{
    const char **p = arena_alloc(b->arena, 3 * sizeof *p);
    p[0] = county;
    p[1] = month;
    p[2] = of_county ? "t" : "f";
    batch_add(b, stmt_demo, 3, p);
}

bool freeze_build(struct arena *a, const char **why)
{
    static const char record[] = "station.month_report";
    stmt_freeze = stmt_of(a, call_text);
    stmt_demo = stmt_of(a, demo_text);
    stmt_corrections = stmt_of(a, corrections_text);
    if (!stmt_freeze || !stmt_demo || !stmt_corrections) {
        *why = "report: the indicators' statements are too long together; load fewer plugins";
        return false;
    }
    return !rec_find(record) || (rec_action_follow(record, "submit", freeze_add) &&
                                 rec_action_follow(record, "close", freeze_add));
}
