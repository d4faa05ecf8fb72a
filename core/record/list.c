/* Lists: keyset order, signed cursor. The statement of each combination asked is generated from the
 * description; values are always parameters. */
#include "record/list.h"

#include <string.h>

#include "base/str.h"
#include "call/row_json.h"
#include "record/cursor.h"
#include "record/list_rows.h"
#include "record/may.h"
#include "record/reach.h"
#include "record/record.h"

enum { SHAPES_MAX = 64, LIST_FIXED = 7, COUNT_MAX_SQL = 16 * 1024, LIST_MAX_SQL = 32 * 1024 };

struct shape {
    char *key;
    const struct db_stmt *stmt;
};

/* Kept statements cost memory in every session of the database, so there are few; and they are for
 * lists whose best plan does not depend on the values. Any other is sent once, with its values. */
struct rec_shapes {
    struct arena *arena; /* the process's: a kept statement lives as long */
    struct shape items[SHAPES_MAX];
    int n;
};

struct rec_shapes *rec_shapes_new(struct arena *a)
{
    struct rec_shapes *s = arena_alloc(a, sizeof *s);
    s->arena = a;
    return s;
}

/* ---- the statement --------------------------------------------------------------------------- */

/* NULL: longer than we send. */
static const char *text_take(struct arena *a, struct buf *b)
{
    const char *text = b->over ? NULL : arena_strndup(a, b->p, b->n);
    buf_free(b);
    return text;
}

static const char *shape_key(struct call *c, const struct list *l)
{
    struct buf b;
    buf_init(&b, LIST_MAX_SQL);
    const char flags[] = {l->descending ? 'd' : 'a', l->after_id ? '1' : '0',
                          l->in_township ? '1' : '0', l->in_village ? '1' : '0',
                          l->actions ? '1' : '0', 0};
    buf_str(&b, l->sort);
    buf_str(&b, flags);
    buf_str(&b, arena_int(c->arena, (int64_t)l->selected));
    for (int i = 0; i < l->nfilters; i++) {
        const struct filter *f = &l->filters[i];
        buf_char(&b, '|');
        buf_str(&b, f->column);
        buf_char(&b, '.');
        buf_str(&b, filter_op_name(f->op));
        buf_str(&b, filter_has_value(f) ? "" : f->value);
    }
    return text_take(c->arena, &b);
}

/* The rows asked for, whatever the page: township, filters. */
int list_where(struct arena *a, struct buf *b, const struct rec *r, const struct list *l, int p)
{
    buf_printf(b, " from %s t where %s", r->name, read_where(a, r, "t"));
    list_rows_where(b, r, l);
    if (l->in_township)
        buf_printf(b, " and t.township = $%d::int", p++);
    if (l->in_village)
        buf_printf(b, " and t.div = $2");
    for (int i = 0; i < l->nfilters; i++)
        p = filter_sql(b, &l->filters[i], p);
    return p;
}

/* Parameters: 3 scope, role, address, request, limit, then township, filters, cursor. */
static const char *page_sql(struct arena *a, const struct rec *r, const struct list *l)
{
    const char *way = l->descending ? "desc" : "asc";
    struct buf b;
    buf_init(&b, LIST_MAX_SQL);
    buf_printf(&b, "with page as materialized (select %s%s", rec_select(a, r, l->selected),
               l->deleted ? ", t.deleted_at" : "");
    if (l->actions)
        may_select_add(&b, r, true);
    int p = list_where(a, &b, r, l, LIST_FIXED + 1);
    if (l->after_id)
        buf_printf(&b, " and (t.%s, t.id) %s ($%d::%s, $%d::uuid)", l->sort,
                   l->descending ? "<" : ">", p, l->sort_type, p + 1);
    buf_printf(&b,
               " order by t.%s %s, t.id %s limit $7::int), a as (insert into core.audit (county,"
               " actor, role, address, action, object, request, n) select $1, core.actor(), $4,"
               " $5::inet, 'list', '%s', $6::uuid, least(count(*), $7::int - 1)::int from page)"
               " select * from page",
               l->sort, way, way, r->name);
    return text_take(a, &b);
}

/* Parameters: 3 scope, then township, filters. */
static const char *count_sql(struct arena *a, const struct rec *r, const struct list *l)
{
    struct buf b;
    buf_init(&b, COUNT_MAX_SQL);
    buf_str(&b, "select count(*)");
    list_where(a, &b, r, l, REC_SCOPE_PARAMS + 1);
    return text_take(a, &b);
}

static const struct shape *shape_find(const struct rec_shapes *s, const char *key)
{
    for (int i = 0; i < s->n; i++)
        if (str_eq(s->items[i].key, key))
            return &s->items[i];
    return NULL;
}

static bool list_steady(const struct list *l)
{
    if (l->overdue || l->deleted)
        return false;
    for (int i = 0; i < l->nfilters; i++)
        if (!filter_steady(&l->filters[i], l->sort))
            return false;
    return true;
}

/* The kept statement of this shape, made when there is room; NULL: none is kept. */
static const struct db_stmt *page_kept(struct call *c, const struct rec *r, const struct list *l)
{
    struct rec_shapes *s = r->shapes;
    if (!list_steady(l))
        return NULL;
    const char *key = shape_key(c, l);
    const struct shape *known = key ? shape_find(s, key) : NULL;
    if (!key || known)
        return known ? known->stmt : NULL;
    const char *sql = s->n < SHAPES_MAX ? page_sql(c->arena, r, l) : NULL;
    if (!sql)
        return NULL;
    struct shape *made = &s->items[s->n++];
    made->key = arena_strdup(s->arena, key);
    made->stmt = db_stmt_new(arena_strdup(s->arena, sql));
    return made->stmt;
}

/* ---- the call -------------------------------------------------------------------------------- */

int list_where_params(struct call *c, const struct list *l, const char **p, int n)
{
    if (l->in_township)
        p[n++] = rec_number(c, c->actor->scope.lo / 1000);
    for (int i = 0; i < l->nfilters; i++)
        if (filter_has_value(&l->filters[i]))
            p[n++] = l->filters[i].value;
    return n;
}

static bool page_add(struct call *c, const struct rec *r, const struct list *l, struct db_batch *b)
{
    const struct db_stmt *stmt = page_kept(c, r, l);
    const char **p = rec_params(c, LIST_FIXED + LIST_WHERE_MAX + 2);
    p[3] = c->actor->role;
    p[4] = c->address;
    p[5] = c->id;
    p[6] = rec_number(c, l->limit + 1);
    int n = list_where_params(c, l, p, LIST_FIXED);
    if (l->after_id) {
        p[n++] = l->after_sort;
        p[n++] = l->after_id;
    }
    if (!stmt) {
        const char *sql = page_sql(c->arena, r, l);
        if (!sql)
            return problem(c, 400, "bad_query");
        stmt = db_stmt_once(c->arena, sql);
        b->alone = true;
    }
    batch_add(b, stmt, n, p);
    return true;
}

/* Before the page, so that the page stays the batch's last. */
static bool count_add(struct call *c, const struct rec *r, const struct list *l, struct db_batch *b)
{
    const char *sql = count_sql(c->arena, r, l);
    if (!sql)
        return problem(c, 400, "bad_query");
    const char **p = rec_params(c, REC_SCOPE_PARAMS + LIST_WHERE_MAX);
    int n = list_where_params(c, l, p, REC_SCOPE_PARAMS);
    b->alone = true;
    batch_add(b, db_stmt_once(c->arena, sql), n, p);
    return true;
}

bool rec_list_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct list *l = arena_alloc(c->arena, sizeof *l);
    c->state = l;
    return list_read(c, r, l) && (!l->count || count_add(c, r, l, b)) && page_add(c, r, l, b);
}

static int sort_column(const struct list *l)
{
    return l->sort_field >= 0 ? rec_column_of(l->selected, l->sort_field) : l->sort_head;
}

static void row_write(const struct output *o, const struct list *l, const struct db_rows *rows,
                      int row)
{
    output_row_open(o, rows, row);
    if (l->deleted) {
        jw_key(o->w, "deleted_at");
        time_json(o->w, rows_text(rows, row, rows_column(rows, "deleted_at")));
    }
    jw_end(o->w, '}');
}

void rec_list_render(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct list *l = c->state;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    int n = rows_count(rows) > l->limit ? l->limit : rows_count(rows);
    struct jw *w = reply_json(c, 200);
    struct output o = output_begin(c, w, r, l->selected, l->wanted);
    o.head = l->head;
    o.actions = o.actions && l->actions && !l->deleted;
    o.overdue = o.overdue && l->passed && !l->deleted;
    may_bind(&o, rows);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        row_write(&o, l, rows, i);
        if (i == 0) /* much as the others will be */
            buf_expect(w->out, w->out->n * (size_t)n);
    }
    jw_end(w, ']');
    jw_key(w, "next");
    if (rows_count(rows) > l->limit)
        jw_text(w, cursor_make(c->arena, l->about, rows_text(rows, n - 1, sort_column(l)),
                               rows_text(rows, n - 1, HEAD_ID)));
    else
        jw_null(w);
    if (l->count)
        jw_kv_int(w, "count", rows_int(b->item[b->n - 2].rows, 0, 0));
    jw_end(w, '}');
}
