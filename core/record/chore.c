#include "record/chore.h"

#include <string.h>

#include "base/str.h"
#include "record/readers.h"
#include "record/tell.h"

static struct {
    const struct rec_chore *items[CHORES_MAX];
    int n;
} all;

const struct rec_chore *chore_at(int i)
{
    return i < all.n ? all.items[i] : NULL;
}

const char *chore_row(struct arena *a, const char *at)
{
    return arena_printf(a,
                        "select $1::int as county, %s::timestamptz as at,"
                        " (%s::timestamptz at time zone 'Asia/Shanghai')::date as day",
                        at, at);
}

/* ---- SQL ------------------------------------------------------------------------------------- */

/* " from (<t>) t cross join lateral (<rows>) x" */
static void source_add(struct sql *s, const struct rec_chore *c)
{
    ADD(s, " from (%s) t cross join lateral (%s) x", chore_row(s->a, "$4"),
        select_over(s->a, c->make.rows));
}

static void plugin_on(struct sql *s, const char *plugin, const char *div)
{
    if (plugin)
        ADD(s, " and " PLUGIN_ON("$1", "(%s / 1000)::int"), div, plugin);
}

/* Only where the chore's plugin is on, and that of the record it writes. */
static void gates_add(struct sql *s, const struct rec_chore *c, const char *div)
{
    plugin_on(s, c->plugin, div);
    if (c->make.to->plugin_gate && !str_eq(c->make.to->plugin_gate, c->plugin))
        plugin_on(s, c->make.to->plugin_gate, div);
}

/* The ids are made first: row security lets no hash, but a plain column, into the index of the
 * rows that are there. */
static const struct db_stmt *find_stmt(struct arena *a, const struct rec_chore *c)
{
    struct sql s = sql_new(a);
    ADD(&s, "with k as materialized (select distinct core.chore_id($1, '%s', x.key) as id",
        c->name);
    source_add(&s, c);
    ADD(&s, " where x.key is not null and $2::bigint is not null and $3::bigint is not null");
    gates_add(&s, c, make_gives(&c->make, "div") ? "coalesce(x.div, $2::bigint)" : "$2::bigint");
    ADD(&s,
        ") select k.id from k where not exists (select from %s o where o.county = $1"
        " and o.id = k.id) limit %d",
        c->make.to->name, CHORE_ROWS_MAX + 1);
    return sql_stmt(&s);
}

/* Of rows with one key the first is made: the others find it there. */
static const struct db_stmt *insert_stmt_of(struct arena *a, const struct rec_chore *c)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "with s as materialized (select y.*, row_number() over (order by y.key) as t0_ord"
        " from (select distinct on (x.key) x.*, core.chore_id($1, '%s', x.key) as t0_id",
        c->name);
    source_add(&s, c);
    ADD(&s, " where x.key is not null order by x.key) y where y.t0_id = any ($6::uuid[])) ");
    make_insert_add(&s, &c->make, "s.t0_id", "$2::bigint");
    ADD(&s, " where core.effect_holds(" SCOPE_HOLDS("v") ")");
    return sql_stmt(&s);
}

static void told_add(struct sql *s, const struct rec_chore *c, const char *from)
{
    make_history_add(s, &c->make, from);
    ADD(s, ", a as (");
    make_audit_add(s, &c->make, from, "'service'", "null::inet", "chore");
    ADD(s, ") select t.id");
    tells_select(&s->b, c->make.to, c->d.name);
    ADD(s, " from %s t", from);
}

static const struct db_stmt *seal_stmt(struct arena *a, const struct rec_chore *c)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "with r as materialized (select t.* from %s t where %s and t.id = any ($4::uuid[])"
        " and t.change = $5::uuid)",
        c->make.to->name, rec_scope_where(c->make.to));
    told_add(&s, c, "r");
    return sql_stmt(&s);
}

static const struct db_stmt *update_stmt_of(struct arena *a, const struct rec_chore *c)
{
    struct sql s = sql_new(a);
    ADD(&s, "with s as materialized (select x.*");
    source_add(&s, c);
    ADD(&s, " where x.id is not null), u as (");
    make_update_add(&s, &c->make);
    gates_add(&s, c, "o.div");
    ADD(&s, " returning o.*)");
    told_add(&s, c, "u");
    return sql_stmt(&s);
}

static bool texts_build(struct arena *a, struct rec_chore *c)
{
    if (c->make.set) {
        c->write = update_stmt_of(a, c);
        return c->write != NULL;
    }
    c->find = find_stmt(a, c);
    c->write = insert_stmt_of(a, c);
    c->seal = seal_stmt(a, c);
    return c->find && c->write && c->seal;
}

/* ---- the description ------------------------------------------------------------------------- */

static const char *chore_fault(struct arena *a, const char *owner, struct rec_chore *c)
{
    if (!rec_word_valid(c->d.name))
        return "the name must be lower-case snake_case";
    c->name = arena_printf(a, "%s.%s", owner, c->d.name);
    for (int i = 0; i < all.n; i++)
        if (str_eq(all.items[i]->name, c->name))
            return "declared twice; drop one";
    if (!chore_time_parse(c->d.at, &c->time))
        return "`at` is no time of the calendar; write it like \"10 min\", \"hourly 05\", \"daily"
               " 01:00\", \"weekly 1 08:00\", \"monthly -1 23:00\" or \"yearly 01-20 00:10\"";
    const char *fault =
        make_compile(a, owner, c->d.record, c->d.rows.text, c->d.set.text, &c->make);
    if (fault)
        return fault;
    if (rec_named(c->make.to))
        return "class 4 has named readers, and the clock is none; drop the chore";
    if (!c->make.set && !make_gives(&c->make, "key"))
        return "rows must give key: what is made once under it is not made again; add it";
    return NULL;
}

static bool fail(struct arena *a, const char *owner, const struct rec_chore *c, const char *fault,
                 const char **why)
{
    *why = arena_printf(a, "%s: chore %s: %s", owner, c->d.name ? c->d.name : "?", fault);
    return false;
}

bool chores_build(struct arena *a, const struct wl_plugin *p, bool linked, const char **why)
{
    for (uint32_t i = 0; i < p->chores.count; i++) {
        struct rec_chore *c = arena_alloc(a, sizeof *c);
        table_row(&p->chores, i, &c->d, sizeof c->d);
        c->plugin = linked ? NULL : p->name;
        const char *fault = chore_fault(a, p->name, c);
        if (!fault && all.n == CHORES_MAX)
            fault = "too many chores; load fewer plugins";
        if (!fault && !texts_build(a, c))
            fault = "its statements are too long; make rows shorter";
        if (fault)
            return fail(a, p->name, c, fault, why);
        all.items[all.n++] = c;
    }
    return true;
}

bool chores_statements(struct arena *a, struct db_conn *owner, const char **why)
{
    const struct rec_chore *c;
    for (int i = 0; (c = chore_at(i)); i++) {
        const struct db_stmt *const stmts[] = {c->find, c->write, c->seal};
        struct db_error error;
        struct db_shape shape;
        for (size_t k = 0; k < sizeof stmts / sizeof stmts[0]; k++)
            if (stmts[k] && !db_describe(owner, a, db_stmt_sql(stmts[k]), &shape, &error)) {
                *why = arena_printf(a, "%.*s: chore %s: %s", (int)strcspn(c->name, "."), c->name,
                                    c->d.name, error.message);
                return false;
            }
    }
    return true;
}
