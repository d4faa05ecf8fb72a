#include "record/counts.h"

#include <string.h>

#include "base/str.h"
#include "record/list.h"
#include "record/record.h"

enum { BY_MAX = 2, COUNTS_FIXED = 6, SQL_MAX = 32 * 1024, NAMES_MAX = 2 * REC_FIELDS_MAX + 8 };

/* One thing to count by. */
struct by {
    const char *name; /* "month:visited_at" */
    const char *sql;  /* over the row t: a text, or with `codes` an array of them */
    bool codes;
};

/* ---- what there is --------------------------------------------------------------------------- */

struct names {
    struct arena *a;
    struct by items[NAMES_MAX];
    int n;
};

static void name_add(struct names *s, const char *name, const char *sql)
{
    s->items[s->n++] = (struct by){.name = name, .sql = sql};
}

static void value_add(struct names *s, const char *name, const char *column)
{
    name_add(s, name, arena_printf(s->a, "t.%s::text", column));
}

static void days_add(struct names *s, const char *name, const char *column, bool time)
{
    const char *day = arena_printf(s->a, "t.%s%s", column,
                                   time ? " at time zone 'Asia/Shanghai'" : "");

    name_add(s, arena_printf(s->a, "month:%s", name),
             arena_printf(s->a, "to_char(%s, 'YYYY-MM')", day));
    name_add(s, arena_printf(s->a, "day:%s", name),
             arena_printf(s->a, "to_char(%s, 'YYYY-MM-DD')", day));
}

/* Texts and numbers have no few values; dates are counted where an index holds them. */
static void field_add(struct names *s, const struct rec *r, int i)
{
    const struct rec_field *f = &r->fields[i];
    const char *column = r->columns[f->column].name;

    switch (i == r->state ? WL_CHOICE : f->d.type) {
    case WL_CHOICE:
    case WL_BOOL:
    case WL_STAFF:
        value_add(s, f->d.name, column);
        return;
    case WL_CHOICES:
        name_add(s, f->d.name, arena_printf(s->a, "t.%s", column));
        s->items[s->n - 1].codes = true;
        return;
    case WL_DATE:
    case WL_TIME:
        if (f->d.flags & (WL_FILTER | WL_SORT))
            days_add(s, f->d.name, column, f->d.type == WL_TIME);
        return;
    default:
        return;
    }
}

static struct names *names_of(struct arena *a, const struct rec *r, bool masked)
{
    struct names *s = arena_alloc(a, sizeof *s);

    s->a = a;
    for (int i = 0; i < r->nfields; i++)
        if (list_shows(r, i) && output_view(&r->fields[i], masked) == OUTPUT_PLAIN)
            field_add(s, r, i);
    name_add(s, "township", "(t.div / 1000 * 1000)::text");
    value_add(s, "village", "div");
    value_add(s, "org", "org");
    days_add(s, "created_at", "created_at", true);
    return s;
}

void counts_write(struct jw *w, struct arena *a, const struct rec *r, bool masked)
{
    const struct names *s = names_of(a, r, masked);

    for (int i = 0; i < s->n; i++)
        jw_text(w, s->items[i].name);
}

/* ---- the question ---------------------------------------------------------------------------- */

struct counts {
    const struct by *by[BY_MAX];
    int nby;
};

static bool refuse(struct call *c, const struct names *s, const char *name)
{
    const char *list = "";

    for (int i = 0; i < s->n; i++)
        list = arena_printf(c->arena, "%s%s%s", list, i ? ", " : "", s->items[i].name);
    const char *const args[] = {name, list, NULL};
    fault_add(c, "?by", "unknown_count", args);
    return false;
}

static bool by_read(struct call *c, const struct names *s, struct counts *x, const char *name)
{
    for (int i = 0; i < s->n; i++)
        if (str_eq(s->items[i].name, name)) {
            x->by[x->nby++] = &s->items[i];
            return true;
        }
    return refuse(c, s, name);
}

/* "state,kind": two different ones at most. */
static bool counts_read(struct call *c, const struct rec *r, struct counts *x)
{
    const struct names *s = names_of(c->arena, r, c->masked);
    const char *text = call_query(c, "by"), *comma = text ? strchr(text, ',') : NULL;
    const char *second = comma ? comma + 1 : NULL;

    if (!text || !*text || (second && strchr(second, ',')))
        return query_refuse(c, "by", "count_by");
    const char *first = comma ? arena_strndup(c->arena, text, (size_t)(comma - text)) : text;
    if (second && str_eq(first, second))
        return query_refuse(c, "by", "count_by");
    return by_read(c, s, x, first) && (!second || by_read(c, s, x, second));
}

/* ---- the statement --------------------------------------------------------------------------- */

static void each_add(struct buf *b, const struct counts *x, const char *between, const char *plain,
                     const char *codes)
{
    for (int i = 0; i < x->nby; i++) {
        const char *form = x->by[i]->codes ? codes : plain;

        if (!*form)
            continue;
        buf_str(b, i ? between : "");
        for (; *form; form++)
            if (*form == '#')
                buf_printf(b, "%d", i);
            else
                buf_char(b, *form);
    }
}

/* Parameters: 3 scope, role, address, request, then the rows'. A row without a code counts under
 * null. */
static const char *counts_sql(struct arena *a, const struct rec *r, const struct list *l,
                              const struct counts *x)
{
    struct buf b;

    buf_init(&b, SQL_MAX);
    buf_str(&b, "with r as (select ");
    for (int i = 0; i < x->nby; i++)
        buf_printf(&b, "%s%s as a%d", i ? ", " : "", x->by[i]->sql, i);
    list_where(a, &b, r, l, COUNTS_FIXED + 1);
    buf_str(&b, "), g as materialized (select ");
    each_add(&b, x, ", ", "r.a# as k#", "u#.code as k#");
    buf_str(&b, ", count(*) as n from r");
    each_add(&b, x, "", "", " left join lateral unnest(r.a#) as u#(code) on true");
    buf_str(&b, " group by ");
    each_add(&b, x, ", ", "r.a#", "u#.code");
    buf_printf(&b, "), p as (select * from g order by n desc, ");
    each_add(&b, x, ", ", "k#", "k#");
    buf_printf(&b,
               " limit %d), a as (insert into core.audit (county, actor, role, address, action,"
               " object, request, n) select $1, core.actor(), $4, $5::inet, 'list', '%s', $6::uuid,"
               " least(count(*), %d)::int from g) select p.*, (select sum(n)::bigint from g) as"
               " total from p order by n desc, ",
               COUNTS_GROUPS + 1, r->name, COUNTS_GROUPS);
    each_add(&b, x, ", ", "k#", "k#");
    const char *text = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return text;
}

/* ---- the call -------------------------------------------------------------------------------- */

bool rec_counts_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct counts *x = arena_alloc(c->arena, sizeof *x);
    struct list l = {0};
    const char **p = rec_params(c, COUNTS_FIXED + LIST_WHERE_MAX), *sql;

    c->state = x;
    list_where_read(c, r, &l, "by");
    counts_read(c, r, x);
    if (faults_reply_as(c, 400, "bad_query"))
        return false;
    p[3] = c->actor->role;
    p[4] = c->address;
    p[5] = c->id;
    int n = list_where_params(c, &l, p, COUNTS_FIXED);
    sql = counts_sql(c->arena, r, &l, x);
    if (!sql)
        return problem(c, 400, "bad_query");
    batch_add(b, db_stmt_once(c->arena, sql), n, p);
    return true;
}

static void group_json(struct jw *w, const struct db_rows *rows, int row, int nby)
{
    jw_object(w);
    jw_key(w, "key");
    jw_array(w);
    for (int i = 0; i < nby; i++)
        jw_text(w, rows_null(rows, row, i) ? NULL : rows_text(rows, row, i));
    jw_end(w, ']');
    jw_kv_int(w, "n", rows_int(rows, row, nby));
    jw_end(w, '}');
}

void rec_counts_render(struct call *c, struct db_batch *b)
{
    const struct counts *x = c->state;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    bool cut = rows_count(rows) > COUNTS_GROUPS;
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "by");
    jw_array(w);
    for (int i = 0; i < x->nby; i++)
        jw_text(w, x->by[i]->name);
    jw_end(w, ']');
    jw_key(w, "groups");
    jw_array(w);
    for (int row = 0; row < (cut ? COUNTS_GROUPS : rows_count(rows)); row++)
        group_json(w, rows, row, x->nby);
    jw_end(w, ']');
    jw_kv_int(w, "total", rows_count(rows) ? rows_int(rows, 0, x->nby + 1) : 0);
    jw_kv_bool(w, "cut", cut);
    jw_end(w, '}');
}
