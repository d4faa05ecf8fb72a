#include "record/agenda_sql.h"

#include "base/buf.h"
#include "base/str.h"
#include "record/limit.h"
#include "record/may.h"
#include "record/rec_text.h"
#include "record/title.h"

enum { SQL_MAX = 1 << 20 };

/* ---- a branch -------------------------------------------------------------------------------- */

/* The rows that a limit still counts for: as a list of what is open, which any index over open rows
 * is known to hold. Where the plugin is off its rows wait, and so does the agenda. */
static void counting_add(struct buf *b, const struct agenda_branch *x, int k)
{
    const struct rec *r = x->r;

    buf_printf(b,
               " from %s t where %s and t.deleted_at is null and t.%s is not null"
               " and t.state in (",
               r->name, rec_scope_where(r), x->limit->d.due);
    states_add(b, r, ~x->limit->ended);
    buf_printf(b,
               ") and (select may.read[%d] from may)"
               " and ($9::uuid is null or t.org = $9::uuid)",
               k + 1);
    if (r->plugin_gate)
        buf_printf(b, " and " PLUGIN_ON("t.county", "t.township"), r->plugin_gate);
}

static void overdue_add(struct buf *b, const struct agenda_branch *x)
{
    buf_printf(b, "(t.%s < now()", x->limit->d.due);
    if (x->limit->held) {
        buf_str(b, " and t.state not in (");
        states_add(b, x->r, x->limit->held);
        buf_str(b, ")");
    }
    buf_str(b, ")");
}

/* Whether action i of the record is the caller's to do on the row t, as far as the row itself is
 * quick to say. */
static void action_add(struct buf *b, const struct agenda_branch *x, int i)
{
    const struct rec_action *c = &x->r->actions[i];

    buf_printf(b, " or (select may.act[%d] from may) and t.state in (", x->first + i + 1);
    states_add(b, x->r, c->from);
    buf_str(b, ")");
    if (c->only >= 0)
        buf_printf(b, " and t.%s = core.actor()", c->d.only);
    for (int n = 0; n < c->nnever; n++)
        buf_printf(b, " and t.%s is distinct from core.actor()", x->r->fields[c->never[n]].d.name);
    may_where_add(b, x->r, c);
}

static void mine_add(struct buf *b, const struct agenda_branch *x)
{
    const char *staff = x->limit->d.staff;

    buf_str(b, " and (not $11::bool");
    if (staff)
        buf_printf(b, " or t.%s = core.actor() or t.%s is null and (false", staff, staff);
    for (int i = 0; i < x->r->nactions; i++)
        if (x->r->actions[i].from & ~x->limit->ended)
            action_add(b, x, i);
    buf_str(b, staff ? "))" : ")");
}

enum page { FIRST, NEXT, OF_PERSON };

/* Whether the agenda tells whom the rows are about. */
static bool told(const struct rec *r)
{
    return r->person >= 0 && r->fields[r->person].d.sensitivity < WL_CLASS_3;
}

static void branch_add(struct buf *b, const struct agenda_branch *x, int k, enum page page)
{
    const char *due = x->limit->d.due;

    buf_printf(b, "(select %d as k, t.id, t.div, t.org, t.state, t.%s as due, ", k, due);
    overdue_add(b, x);
    buf_printf(b, " as overdue, %s%s::uuid as staff", x->limit->d.staff ? "t." : "",
               x->limit->d.staff ? x->limit->d.staff : "null");
    buf_printf(b, ", %s%s::uuid as person", told(x->r) ? "t." : "",
               told(x->r) ? x->r->d.person : "null");
    title_add(b, x->r);
    counting_add(b, x, k);
    mine_add(b, x);
    buf_str(b, " and (not $12::bool or ");
    overdue_add(b, x);
    buf_str(b, ")");
    if (page == OF_PERSON)
        buf_printf(b, " and t.%s = $14::uuid", x->r->d.person);
    if (page == NEXT)
        buf_printf(b,
                   " and t.%s >= $14::timestamptz"
                   " and (t.%s, t.id, %d) > ($14::timestamptz, $15::uuid, $16::int)",
                   due, due, k);
    buf_printf(b, " order by t.%s, t.id limit $13::int)", due);
}

static void count_branch_add(struct buf *b, const struct agenda_branch *x, int k)
{
    buf_printf(b, "%s(select %d as k, t.org, count(*) as open, count(*) filter (where ",
               k ? " union all " : "", k);
    overdue_add(b, x);
    buf_str(b, ") as overdue");
    counting_add(b, x, k);
    buf_str(b, " group by t.org)");
}

/* ---- the statements -------------------------------------------------------------------------- */

#define MAY_READ "with may as materialized (select core.session_holds($4, $8::text[]) as read"

#define LOOK                                                                                       \
    "a as (insert into core.audit (county, actor, role, address, action, object, request,"         \
    " object_id, n) select $1, core.actor(), $5, $6::inet, 'list', 'core.agenda', $7::uuid, "

static const struct db_stmt *finished(struct arena *a, struct buf *b)
{
    const char *text = b->over ? NULL : arena_strndup(a, b->p, b->n);

    buf_free(b);
    return text ? db_stmt_new(text) : NULL;
}

static const struct db_stmt *page_stmt(struct arena *a, const struct agenda *g, enum page page)
{
    struct buf b;
    int n = 0;

    buf_init(&b, SQL_MAX);
    buf_str(&b, MAY_READ ", core.session_holds($4, $10::text[]) as act),"
                         " page as materialized (select x.* from (");
    for (int k = 0; k < g->n; k++) {
        if (page == OF_PERSON && !told(g->branch[k].r))
            continue;
        buf_str(&b, n++ ? " union all " : "");
        branch_add(&b, &g->branch[k], k, page);
    }
    buf_str(&b, ") x order by x.due, x.id, x.k limit $13::int), " LOOK);
    buf_str(&b, page == OF_PERSON ? "$14::uuid, " : "null, ");
    buf_str(&b, "least(count(*), $13::int - 1)::int from page) select * from page");
    b.over = b.over || n == 0;
    return finished(a, &b);
}

static const struct db_stmt *counts_stmt(struct arena *a, const struct agenda *g)
{
    struct buf b;

    buf_init(&b, SQL_MAX);
    buf_str(&b, MAY_READ "), x as materialized (");
    for (int k = 0; k < g->n; k++)
        count_branch_add(&b, &g->branch[k], k);
    buf_str(&b, "), " LOOK "null, coalesce(sum(x.open), 0)::int from x)"
                " select x.org, o.name, x.k, x.open, x.overdue, o.div::text"
                " from x left join admin.org_unit o on o.county = $1 and o.id = x.org"
                " order by x.org, x.k");
    return finished(a, &b);
}

bool agenda_sql(struct arena *a, struct agenda *out)
{
    if (out->n == 0)
        return true;
    out->first = page_stmt(a, out, FIRST);
    out->next = page_stmt(a, out, NEXT);
    out->of_person = page_stmt(a, out, OF_PERSON);
    out->counts = counts_stmt(a, out);
    return out->first && out->next && out->counts;
}
