#include "record/make.h"

#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "record/readers.h"
#include "record/rec_compile.h"

/* ---- the description ------------------------------------------------------------------------- */

bool make_gives(const struct rec_make *m, const char *column)
{
    for (int i = 0; i < m->ncolumns; i++)
        if (str_eq(m->columns[i], column))
            return true;
    return false;
}

static int column_find(const struct rec *r, const char *name)
{
    for (int i = 0; i < r->ncolumns; i++)
        if (r->columns[i].field >= 0 && str_eq(r->columns[i].name, name))
            return i;
    return -1;
}

static const char *target_fault(struct arena *a, const char *owner, const char *record,
                                const struct rec *to)
{
    if (!record)
        return "`record` is missing; name the record whose rows it makes or changes";
    if (!to)
        return arena_printf(
            a, "no loaded module has a record %s; mend `record`, or load that plugin", record);
    bool core = to->linked && (str_eq(owner, "station") || str_eq(owner, "admin"));
    bool open = to->d.flags & WL_PUBLISHED && (core || !str_eq(to->owner, "admin"));
    if (!str_eq(to->owner, owner) && !open)
        return arena_printf(a,
                            "%s is its module's own; name a record of this module, or one with"
                            " WL_PUBLISHED in its flags",
                            record);
    return NULL;
}

static bool begins_select(const char *sql)
{
    sql += strspn(sql, " \n\t");
    return strncasecmp(sql, "select", 6) == 0 || strncasecmp(sql, "with", 4) == 0;
}

static const char *text_fault(const struct rec_make *m)
{
    if (!m->rows || !begins_select(m->rows) || !rec_fragment_whole(m->rows))
        return "rows must be one plain SELECT: no ';', '$' or comment, brackets and quotes closed";
    if (m->set && !rec_fragment_whole(m->set))
        return "set " REC_FRAGMENT_FAULT;
    return NULL;
}

/* What no SQL can give: it is sealed under the row's own id, counted, or kept outside. */
static const char *value_fault(struct arena *a, const struct rec *to, const char *column)
{
    int c = column_find(to, column);
    if (c < 0)
        return arena_printf(a, "%s has no field with a column %s; mend the name", to->name, column);
    const struct wl_field *d = &to->fields[to->columns[c].field].d;
    if (rec_is_encrypted(d->type) || d->type == WL_FILE || d->type == WL_SERIAL)
        return arena_printf(a,
                            "%s.%s is encrypted, a file or a serial, which only the host makes;"
                            " drop it",
                            to->name, column);
    return NULL;
}

static const char *given_fault(struct arena *a, const struct rec_make *m, int i)
{
    const char *name = m->columns[i];
    for (int k = 0; k < i; k++)
        if (str_eq(m->columns[k], name))
            return arena_printf(a, "rows gives %s twice; drop one", name);
    if (str_has_word("div key", name))
        return NULL;
    const char *fault = value_fault(a, m->to, name);
    if (fault)
        return fault;
    const struct rec *to = m->to;
    if (to->fields[to->columns[column_find(to, name)].field].d.compute.text)
        return arena_printf(a, "%s.%s has a `compute` of its own; drop it", to->name, name);
    return NULL;
}

/* A required field, and all columns of a searched name where one is given. */
static const char *missing_fault(struct arena *a, const struct rec_make *m)
{
    const struct rec *to = m->to;
    for (int i = 0; i < to->nfields; i++) {
        const struct rec_field *f = &to->fields[i];
        int given = 0;
        for (int k = 0; k < f->ncolumns; k++)
            given += make_gives(m, to->columns[f->column + k].name);
        bool needed = (f->d.flags & WL_REQUIRED) != 0;
        if ((needed || given) && given != f->ncolumns)
            return arena_printf(a, "rows must give %s%s of %s; add it", f->d.name,
                                f->ncolumns > 1 ? " with all its columns (_py, _pi)" : "",
                                to->name);
    }
    return NULL;
}

static const char *making_fault(struct arena *a, struct rec_make *m)
{
    const char *fault = NULL;
    for (int i = 0; !fault && i < m->ncolumns; i++)
        fault = given_fault(a, m, i);
    return fault ? fault : missing_fault(a, m);
}

static bool clock_held(const struct rec *r)
{
    for (int i = 0; i < r->nlimits; i++)
        if (r->limits[i].held)
            return true;
    return false;
}

static const char *changing_fault(struct arena *a, struct rec_make *m)
{
    const char *fault = NULL;
    m->nsets = assignments_read(a, m->set, m->sets);
    if (!m->nsets)
        return "set must be \"column = expression, …\"; mend it";
    if (!make_gives(m, "id"))
        return "with `set`, rows must give id, the row to change; add it";
    for (int i = 0; !fault && i < m->nsets; i++)
        fault = value_fault(a, m->to, m->sets[i].column);
    for (int i = 0; !fault && i < m->nsets; i++)
        if (str_eq(m->sets[i].column, "state") && clock_held(m->to))
            fault = "set changes the state of a record with a clock that can stand (`held`);"
                    " drop it: only actions move that clock";
    return fault;
}

const char *make_compile(struct arena *a, const char *owner, const char *record, const char *rows,
                         const char *set, struct rec_make *m)
{
    *m = (struct rec_make){.to = record ? rec_find(record) : NULL, .rows = rows, .set = set};
    const char *fault = target_fault(a, owner, record, m->to);
    if (!fault)
        fault = text_fault(m);
    if (fault)
        return fault;
    m->ncolumns = select_columns(a, rows, m->columns);
    if (!m->ncolumns)
        return "every column of rows needs a name: write \"expression as name\" or \"x.name\"";
    return set ? changing_fault(a, m) : making_fault(a, m);
}

/* ---- SQL ------------------------------------------------------------------------------------- */

/* Whether the new row takes the field's columns from v. */
static bool from_values(const struct rec_make *m, int field)
{
    const struct rec_field *f = &m->to->fields[field];
    return field_given(f) || make_gives(m, m->to->columns[f->column].name);
}

static bool written(const struct rec_make *m, int field)
{
    const struct rec *to = m->to;
    return from_values(m, field) || to->fields[field].d.compute.text || field == to->serial ||
           (field == to->state && to->nstates);
}

static void values_add(struct sql *s, const struct rec_make *m, const char *id, const char *div)
{
    const struct rec *to = m->to;
    ADD(s,
        "select $1::int as county, %s as id, coalesce(%s%s) as div, $5::uuid as change, s.t0_ord",
        id, make_gives(m, "div") ? "s.div, " : "", div);
    for (int i = 0; i < to->ncolumns; i++) {
        const struct rec_column *c = &to->columns[i];
        if (c->field < 0 || !from_values(m, c->field))
            continue;
        ADD(s, make_gives(m, c->name) ? ", s.%s::%s" : ", null%.0s::%s", c->name, c->type);
        ADD(s, " as %s", c->name);
    }
    ADD(s, " from s");
}

static void columns_written(struct sql *s, const struct rec_make *m)
{
    const struct rec *to = m->to;
    for (int i = 0; i < to->nfields; i++)
        for (int k = 0; written(m, i) && k < to->fields[i].ncolumns; k++)
            ADD(s, ", %s", to->columns[to->fields[i].column + k].name);
}

static void field_written(struct sql *s, const struct rec_make *m, int i)
{
    const struct rec *to = m->to;
    const struct rec_field *f = &to->fields[i];
    if (i == to->state && to->nstates && from_values(m, i))
        ADD(s, ", coalesce(v.state, '%s')", to->states[0]);
    else if (!from_values(m, i) || f->d.compute.text)
        insert_field(s, to, i);
    else
        for (int k = 0; k < f->ncolumns; k++)
            ADD(s, ", v.%s", to->columns[f->column + k].name);
}

void make_insert_add(struct sql *s, const struct rec_make *m, const char *id, const char *div)
{
    const struct rec *to = m->to;
    ADD(s, "insert into %s (county, id, div, org, change%s", to->name,
        rec_named(to) ? ", readers" : "");
    columns_written(s, m);
    ADD(s, ") select v.county, v.id, v.div, core.station_of(v.county, v.div), v.change%s",
        rec_named(to) ? ", array[core.actor()]" : "");
    for (int i = 0; i < to->nfields; i++)
        if (written(m, i))
            field_written(s, m, i);
    ADD(s, " from (");
    values_add(s, m, id, div);
    ADD(s, ") v");
    if (to->serial >= 0)
        ADD(s,
            " join core.counter k on k.county = v.county and k.kind = '%s' and k.day = core.today()"
            " cross join lateral (select (k.n - (select count(*) from s) + v.t0_ord)::int as n) c",
            to->fields[to->serial].d.of);
}

bool make_counter_add(struct sql *s, const struct rec_make *m, const char *from)
{
    if (m->to->serial < 0)
        return false;
    ADD(s,
        "insert into core.counter as c (county, kind, day, n)"
        " select $1::int, '%s', core.today(), count(*)::int from %s having count(*) > 0"
        " on conflict (county, kind, day) do update set n = c.n + excluded.n",
        m->to->fields[m->to->serial].d.of, from);
    return true;
}

void make_update_add(struct sql *s, const struct rec_make *m)
{
    ADD(s,
        "update %s o set version = o.version + 1, change = $5::uuid, updated_at = now(),"
        " updated_by = core.actor(), %s from s where " SCOPE_HOLDS("o") "%s and o.id = s.id"
                                                                        " and o.deleted_at is null",
        m->to->name, m->set, readers_where(s->a, m->to, "o"));
}

void make_history_add(struct sql *s, const struct rec_make *m, const char *from)
{
    ADD(s, ", h as (insert into %s (", m->to->history);
    columns_add(s, m->to);
    ADD(s, ") select ");
    columns_add(s, m->to);
    ADD(s, " from %s)", from);
}

void make_audit_add(struct sql *s, const struct rec_make *m, const char *from, const char *role,
                    const char *address, const char *action)
{
    ADD(s,
        AUDIT_INTO ", n) select $1::int, core.actor(), %s, %s, '%s', '%s',"
                   " case when count(*) = 1 then (array_agg(x.id))[1] end,"
                   " case when count(*) = 1 then min(x.div) end, $5::uuid, count(*)::int from %s x"
                   " having count(*) > 0",
        role, address, action, m->to->name, from);
}

const char *make_null_row(struct arena *a, const struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "select $1::int as county, null::uuid as id, null::bigint as div, null::int as township,"
        " null::uuid as org, null::int as version, null::uuid as change,"
        " null::timestamptz as created_at, null::uuid as created_by,"
        " null::timestamptz as updated_at, null::uuid as updated_by,"
        " null::timestamptz as deleted_at%s",
        rec_named(r) ? ", null::uuid[] as readers" : "");
    for (int i = 0; i < r->ncolumns; i++)
        ADD(&s, ", null::%s as %s", r->columns[i].type, r->columns[i].name);
    return sql_text(&s);
}
