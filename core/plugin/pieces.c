#include "plugin/pieces.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "record/brought.h"
#include "record/chore.h"
#include "record/effect.h"

struct pieces {
    struct arena *a;
    struct piece *items;
    int n;
};

static void add(struct pieces *l, const char *what, const char *sql)
{
    l->items[l->n++] = (struct piece){what, sql, false};
}

/* The row a `compute` reads: what the host knows when it makes one (see insert_values in
 * rec_sql.c).
 */
static const char *new_row(struct arena *a, const struct rec *r)
{
    const char *sql = "select $1::int as county, null::uuid as id, null::bigint as div,"
                      " null::uuid as change";
    for (int i = 0; i < r->ncolumns; i++) {
        if (r->columns[i].field < 0)
            continue;
        const struct wl_field *d = &r->fields[r->columns[i].field].d;
        if (!(d->flags & (WL_COMPUTED | WL_ACTION)) && d->type != WL_SERIAL)
            sql =
                arena_printf(a, "%s, null::%s as %s", sql, r->columns[i].type, r->columns[i].name);
    }
    return sql;
}

static void record_add(struct pieces *l, const struct rec *r)
{
    struct arena *a = l->a;
    const char *row = new_row(a, r);
    for (int i = 0; i < r->nfields; i++) {
        const struct wl_field *d = &r->fields[i].d;
        if (d->compute.text)
            add(l, arena_printf(a, "record %s: field %s: compute", r->d.name, d->name),
                arena_printf(a, "select (%s) from (%s) v", d->compute.text, row));
    }
    for (int i = 0; i < r->nactions; i++) {
        const struct wl_action *d = &r->actions[i].d;
        if (d->set.text)
            add(l, arena_printf(a, "record %s: action %s: set", r->d.name, d->name),
                arena_printf(a, "update %s t set %s where t.county = $1", r->name, d->set.text));
        if (d->guard.text)
            add(l, arena_printf(a, "record %s: action %s: guard", r->d.name, d->name),
                arena_printf(a, "select t.id from %s t where t.county = $1 and %s", r->name,
                             brought_guard(a, r, &r->actions[i], 2)));
    }
}

static void guards_add(struct pieces *l, const struct rec *r)
{
    for (int i = 0; i < r->nguards; i++) {
        const struct wl_guard *d = &r->guards[i].d;
        const char *what = arena_printf(l->a, "record %s: guard %s", r->d.name, d->refusal);
        add(l, what,
            arena_printf(l->a, "select t.id from %s t where t.county = $1 and (%s)", r->name,
                         d->holds.text));
        if (r->guards[i].tells)
            add(l, arena_printf(l->a, "%s: tells", what),
                arena_printf(l->a, "select (%s)::text[] from %s t where t.county = $1",
                             r->guards[i].tells, r->name));
    }
    if (r->d.fixed_when.text)
        add(l, arena_printf(l->a, "record %s: fixed_when", r->d.name),
            arena_printf(l->a, "select t.id from %s t where t.county = $1 and (%s)", r->name,
                         r->d.fixed_when.text));
}

static void limits_add(struct pieces *l, const struct rec *r)
{
    for (int i = 0; i < r->nlimits; i++) {
        const struct wl_limit *d = &r->limits[i].d;
        if (d->policy.text)
            add(l, arena_printf(l->a, "record %s: limit %s: policy", r->d.name, d->due),
                arena_printf(l->a, "select (%s)::text from %s t where t.county = $1",
                             d->policy.text, r->name));
    }
}

/* `rows` with t, and s with what is set, each by itself: what the host adds is not the plugin's. */
static void make_add(struct pieces *l, const char *what, const struct rec_make *m, const char *t)
{
    const char *rows = arena_printf(l->a, "select x.* from (%s) t cross join lateral (%s) x", t,
                                    select_over(l->a, m->rows));
    add(l, arena_printf(l->a, "%s: rows", what), rows);
    if (!m->set)
        return;
    const char *values = "";
    for (int i = 0; i < m->nsets; i++)
        values = arena_printf(l->a, "%s%s(%s)", values, i ? ", " : "", m->sets[i].value);
    add(l, arena_printf(l->a, "%s: set", what),
        arena_printf(l->a, "select %s from (%s) o, (%s) s", values, make_null_row(l->a, m->to),
                     rows));
}

static void effects_pieces(struct pieces *l, const struct rec *r)
{
    const char *t = make_null_row(l->a, r);
    for (int i = 0; effect_target(r, i); i++) {
        const struct rec_effect *e = &r->effects->item[i];
        const char *what = arena_printf(l->a, "record %s: effect %s", r->d.name, e->d.on);
        if (e->d.when.text)
            add(l, arena_printf(l->a, "%s: when", what),
                arena_printf(l->a, "select (%s) from (%s) t", e->d.when.text, t));
        make_add(l, what, &e->make, t);
    }
}

static void chores_pieces(struct pieces *l, const struct wl_plugin *p)
{
    const struct rec_chore *c;
    for (int i = 0; (c = chore_at(i)); i++)
        if (str_eq(c->plugin, p->name))
            make_add(l, arena_printf(l->a, "chore %s", c->d.name), &c->make,
                     chore_row(l->a, "null"));
}

/* What the core links in pastes SQL of its own, with its own rights. */
static const struct rec *plugin_record(struct arena *a, const struct wl_plugin *p, uint32_t i)
{
    struct wl_record d;
    record_row(&p->records, i, &d);
    const struct rec *r = rec_find(arena_printf(a, "%s.%s", p->name, d.name));
    return r && !r->linked ? r : NULL;
}

static size_t count(struct arena *a, const struct wl_plugin *p)
{
    size_t n = p->statements.count + p->indicators.count + 2 * p->chores.count;
    for (uint32_t i = 0; i < p->records.count; i++) {
        const struct rec *r = plugin_record(a, p, i);
        n += r ? (size_t)(r->nfields + 2 * r->nactions + r->nlimits + 2 * r->nguards + 1) : 0;
        n += r ? 3 * (size_t)r->d.effects.count : 0;
    }
    return n;
}

const struct piece *pieces_of(struct arena *a, const struct wl_plugin *p, int *n)
{
    struct pieces l = {.a = a};
    l.items = arena_alloc(a, (count(a, p) + 1) * sizeof *l.items);
    for (uint32_t i = 0; i < p->statements.count; i++) {
        struct wl_statement s;
        table_row(&p->statements, i, &s, sizeof s);
        add(&l, arena_printf(a, "statement %s", s.name), s.sql.text);
    }
    for (uint32_t i = 0; i < p->indicators.count; i++) {
        struct wl_indicator x;
        table_row(&p->indicators, i, &x, sizeof x);
        add(&l, arena_printf(a, "indicator %s", x.code),
            arena_printf(a, "select f.* from (%s) f where f.county = $1", x.rows.text));
        l.items[l.n - 1].indicator = strchr(x.record, ' ') ? 9 : 8;
    }
    for (uint32_t i = 0; i < p->records.count; i++) {
        const struct rec *r = plugin_record(a, p, i);
        if (r) {
            record_add(&l, r);
            limits_add(&l, r);
            effects_pieces(&l, r);
            guards_add(&l, r);
        }
    }
    chores_pieces(&l, p);
    *n = l.n;
    return l.items;
}
