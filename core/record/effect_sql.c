#include "record/effect_sql.h"

#include "record/tell.h"

/* "t0 as materialized (…), s as materialized (…)": the rows of the step, and what `rows` makes of
 * each by itself: for rows that are made, a step of many is as many steps of one. */
static void rows_add(struct sql *s, const struct rec *r, const struct rec_effect *e,
                     const char *where)
{
    ADD(s,
        "t0 as materialized (select t.* from %s t where %s and t.id = any ($4::uuid[])"
        " and t.change = $5::uuid",
        r->name, rec_scope_where(r));
    if (e->d.when.text)
        ADD(s, " and (%s)", e->d.when.text);
    ADD(s,
        "), s as materialized (select x.*, t.id as t0_id, t.div as t0_div,"
        " row_number() over (%s) as t0_ord from t0 t cross join lateral (%s) x%s)",
        make_gives(&e->make, "key") ? "order by x.key" : "", select_over(s->a, e->make.rows),
        where);
}

static const struct db_stmt *counter_stmt(struct arena *a, const struct rec *r,
                                          const struct rec_effect *e)
{
    struct sql s = sql_new(a);
    if (e->make.to->serial < 0)
        return NULL;
    ADD(&s, "with ");
    rows_add(&s, r, e, "");
    ADD(&s, " ");
    make_counter_add(&s, &e->make, "s");
    return sql_stmt(&s);
}

/* A place where the caller may not write refuses the step, rather than being left out. */
static const struct db_stmt *insert_text(struct arena *a, const struct rec *r,
                                         const struct rec_effect *e, int n)
{
    struct sql s = sql_new(a);
    const struct rec *to = e->make.to;
    ADD(&s, "with ");
    rows_add(&s, r, e, "");
    ADD(&s, " ");
    make_insert_add(&s, &e->make, arena_printf(a, "core.made_id($5::uuid, %d, s.t0_ord::int)", n),
                    "s.t0_div");
    ADD(&s, " where core.effect_holds(" SCOPE_HOLDS("v"));
    if (to->plugin_gate && APP_WALL)
        ADD(&s, " and " PLUGIN_ON("$1", "(v.div / 1000)::int"), to->plugin_gate);
    ADD(&s, ")");
    return sql_stmt(&s);
}

/* The made rows' ids are counted up until one is not there: `rows` asked again might give others by
 * now, and the table has no index on `change`. */
static const struct db_stmt *insert_seal(struct arena *a, const struct rec_effect *e, int n)
{
    struct sql s = sql_new(a);
    const struct rec *to = e->make.to;
    ADD(&s,
        "with recursive m as (select 1 as k, core.made_id($5::uuid, %d, 1) as id union all"
        " select m.k + 1, core.made_id($5::uuid, %d, m.k + 1) from m"
        " where exists (select from %s t where %s and t.id = m.id)),"
        " r as materialized (select t.* from m join %s t on %s and t.id = m.id"
        " and t.change = $5::uuid)",
        n, n, to->name, rec_scope_where(to), to->name, rec_scope_where(to));
    make_history_add(&s, &e->make, "r");
    ADD(&s, ", a as (");
    make_audit_add(&s, &e->make, "r", "$4", "$6::inet", "effect");
    ADD(&s, ") select t.id");
    tells_select(&s.b, to, "create");
    ADD(&s, " from r t");
    return sql_stmt(&s);
}

/* The step's own row stays as its action left it: what the answer shows is what there is. */
static const struct db_stmt *update_text(struct arena *a, const struct rec *r,
                                         const struct rec_effect *e)
{
    struct sql s = sql_new(a);
    ADD(&s, "with ");
    rows_add(&s, r, e, " where x.id is not null");
    ADD(&s, ", u as (");
    make_update_add(&s, &e->make);
    ADD(&s, "%s returning o.*)", e->make.to == r ? " and o.id <> s.t0_id" : "");
    make_history_add(&s, &e->make, "u");
    ADD(&s, ", a as (");
    make_audit_add(&s, &e->make, "u", "$6", "$7::inet", "effect");
    ADD(&s, ") select core.effect_holds((select count(*) from s) = (select count(*) from u))");
    return sql_stmt(&s);
}

bool effect_texts(struct arena *a, const struct rec *r, struct rec_effect *e, int n)
{
    if (e->make.set) {
        e->write = update_text(a, r, e);
        return e->write != NULL;
    }
    e->counter = counter_stmt(a, r, e);
    e->write = insert_text(a, r, e, n);
    e->seal = insert_seal(a, e, n);
    return e->write && e->seal && (e->counter || e->make.to->serial < 0);
}
