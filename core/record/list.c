/* Lists: filters by equality, keyset order, signed cursor. The statement for each combination asked
 * is generated once from the description and kept; values are always parameters. */
#include <string.h>

#include "base/str.h"
#include "json/jv.h"
#include "record/cursor.h"
#include "record/input.h"
#include "record/record.h"

enum { FILTERS_MAX = 4, SHAPES_MAX = 400, PAGE_DEFAULT = 20, PAGE_MAX = 200, LIST_FIXED = 7 };

struct shape {
    char *key;
    const struct db_stmt *stmt;
};

struct rec_shapes {
    struct arena *arena; /* the process's: a statement lives as long */
    struct shape items[SHAPES_MAX];
    int n;
};

struct rec_shapes *rec_shapes_new(struct arena *a)
{
    struct rec_shapes *s = arena_alloc(a, sizeof *s);
    s->arena = a;
    return s;
}

/* What was asked, checked. */
struct filter {
    const char *column, *type; /* from the description */
    bool many;                 /* `in`: the value is an array */
    const char *value;
};

struct list {
    struct filter filters[FILTERS_MAX];
    int nfilters;
    const char *sort, *sort_type; /* column */
    bool descending;
    int sort_at; /* column of the select list that holds the sort value */
    int limit;
    const char *after_sort, *after_id; /* cursor; NULL: first page */
    bool in_township, in_village;
};

/* ---- reading the question -------------------------------------------------------------------- */

static bool parameter_refuse(struct call *c, const char *name, const char *code)
{
    const char *const args[] = {name, NULL};
    fault_add(c, arena_printf(c->arena, "?%s", name), code, args);
    return false;
}

/* The common columns that may be filtered or sorted by besides the record's own fields. */
static const struct {
    const char *name, *type;
    int at;
    bool filter, sort;
} common[] = {
    {"org", "uuid", HEAD_ORG, true, false},
    {"created_by", "uuid", HEAD_CREATED_BY, true, false},
    {"created_at", "timestamp with time zone", HEAD_CREATED_AT, false, true},
};

static const char *filter_value(struct call *c, const struct rec_field *f, const char *pointer,
                                const char *text)
{
    struct jv_fault fault;
    bool bare = !f || (f->d.type != WL_BOOL && f->d.type != WL_INTEGER && f->d.type != WL_MONEY);
    const struct jv *v;
    if (!f)
        return uuid_valid(text) ? text : NULL;
    if (bare) {
        struct buf b;
        struct jw w;
        buf_init(&b, 4096);
        jw_init(&w, &b);
        jw_text(&w, text);
        v = b.over ? NULL : jv_parse(c->arena, b.p, b.n, &fault);
        buf_free(&b);
    } else {
        v = jv_parse(c->arena, text, strlen(text), &fault);
    }
    return v ? input_value(c, f, pointer, v) : NULL;
}

/* "a,b,c" → '{"a","b","c"}', each checked; values of filter types hold no quotes. */
static const char *filter_values(struct call *c, const struct rec_field *f, const char *pointer,
                                 const char *text)
{
    const char *out = "{";
    for (int i = 0; i < 50; i++) {
        size_t n = strcspn(text, ",");
        const char *one = filter_value(c, f, pointer, arena_strndup(c->arena, text, n));
        if (!one || strpbrk(one, "\"\\"))
            return NULL;
        out = arena_printf(c->arena, "%s%s\"%s\"", out, i ? "," : "", one);
        if (!text[n])
            return arena_printf(c->arena, "%s}", out);
        text += n + 1;
    }
    return NULL;
}

static bool filter_find(const struct rec *r, const char *name, struct filter *f,
                        const struct rec_field **field)
{
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (common[i].filter && str_eq(common[i].name, name)) {
            f->column = common[i].name;
            f->type = common[i].type;
            *field = NULL;
            return true;
        }
    int at = rec_field_find(r, name);
    if (at < 0 || !(r->fields[at].d.flags & WL_FILTER) || r->fields[at].d.type == WL_CHOICES)
        return false;
    *field = &r->fields[at];
    f->column = r->columns[r->fields[at].column].name;
    f->type = r->columns[r->fields[at].column].type;
    return true;
}

/* "state.in=new,accepted" or "person.eq=…". */
static bool filter_read(struct call *c, const struct rec *r, const struct call_param *q,
                        struct list *l)
{
    const char *dot = strrchr(q->name, '.');
    const struct rec_field *field = NULL;
    if (!dot)
        return parameter_refuse(c, q->name, "unknown_parameter");
    char *name = arena_strndup(c->arena, q->name, (size_t)(dot - q->name));
    bool many = str_eq(dot, ".in");
    if (l->nfilters == FILTERS_MAX)
        return parameter_refuse(c, q->name, "too_many_filters");
    struct filter *f = &l->filters[l->nfilters];
    if (!filter_find(r, name, f, &field) || (!many && !str_eq(dot, ".eq")))
        return parameter_refuse(c, q->name, "unknown_parameter");
    f->many = many;
    const char *pointer = arena_printf(c->arena, "?%s", q->name);
    f->value = (many ? filter_values : filter_value)(c, field, pointer, q->value);
    if (!f->value)
        return c->nfaults ? false : parameter_refuse(c, q->name, "bad_value");
    l->nfilters++;
    return true;
}

static bool sort_read(struct call *c, const struct rec *r, struct list *l)
{
    const char *asked = call_query(c, "sort"), *name = asked ? asked : r->d.sort;
    l->descending = *name == '-';
    name += l->descending;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (common[i].sort && str_eq(common[i].name, name)) {
            l->sort = common[i].name;
            l->sort_type = common[i].type;
            l->sort_at = common[i].at;
            return true;
        }
    int at = rec_field_find(r, name);
    if (at < 0 || !(r->fields[at].d.flags & WL_SORT))
        return parameter_refuse(c, "sort", "unknown_sort");
    l->sort = r->columns[r->fields[at].column].name;
    l->sort_type = r->columns[r->fields[at].column].type;
    l->sort_at = REC_HEAD + at;
    return true;
}

static void limit_read(struct call *c, struct list *l)
{
    int64_t n = PAGE_DEFAULT;
    const char *text = call_query(c, "limit");
    if (text && (!str_int64(text, &n) || n < 1 || n > PAGE_MAX))
        parameter_refuse(c, "limit", "bad_limit");
    l->limit = (int)n;
}

/* Everything a cursor belongs to: a cursor of another list, filter or order is refused. */
static const char *list_about(struct call *c, const struct rec *r, const struct list *l)
{
    const char *about =
        arena_printf(c->arena, "%s|%d|%lld|%s%s", r->name, c->county, (long long)c->actor->scope.lo,
                     l->descending ? "-" : "", l->sort);
    for (int i = 0; i < l->nfilters; i++)
        about =
            arena_printf(c->arena, "%s|%s=%s", about, l->filters[i].column, l->filters[i].value);
    return about;
}

static void cursor_take(struct call *c, const struct rec *r, struct list *l)
{
    const char *cursor = call_query(c, "cursor");
    if (cursor && !cursor_read(c->arena, cursor, list_about(c, r, l), &l->after_sort, &l->after_id))
        parameter_refuse(c, "cursor", "bad_cursor");
}

static bool list_read(struct call *c, const struct rec *r, struct list *l)
{
    for (int i = 0; i < c->nquery; i++)
        if (!str_has_word("sort limit cursor", c->query[i].name))
            filter_read(c, r, &c->query[i], l);
    limit_read(c, l);
    if (sort_read(c, r, l) && !c->nfaults)
        cursor_take(c, r, l);
    int64_t width = c->actor->scope.hi - c->actor->scope.lo;
    l->in_township = APP_WALL && width <= 1000;
    l->in_village = APP_WALL && width == 1;
    return !faults_reply_as(c, 400, "bad_query");
}

/* ---- the statement --------------------------------------------------------------------------- */

static const char *shape_key(struct call *c, const struct list *l)
{
    const char *key = arena_printf(c->arena, "%s%d%d%d%d", l->sort, l->descending,
                                   l->after_id != NULL, l->in_township, l->in_village);
    for (int i = 0; i < l->nfilters; i++)
        key = arena_printf(c->arena, "%s|%s%d", key, l->filters[i].column, l->filters[i].many);
    return key;
}

/* Parameters: 3 scope, role, address, request, limit, then township, filters, cursor. */
static const char *shape_sql(const struct rec *r, const struct list *l)
{
    int p = LIST_FIXED + 1;
    const char *way = l->descending ? "desc" : "asc";
    struct buf b;
    buf_init(&b, 32 * 1024);
    buf_printf(&b,
               "with page as materialized (select %s from %s t where %s and t.deleted_at is null",
               r->listed, r->name, rec_scope_where());
    if (l->in_township)
        buf_printf(&b, " and t.township = $%d::int", p++);
    if (l->in_village)
        buf_printf(&b, " and t.div = $2");
    for (int i = 0; i < l->nfilters; i++) {
        const struct filter *f = &l->filters[i];
        buf_printf(&b, f->many ? " and t.%s = any ($%d::%s[])" : " and t.%s = $%d::%s", f->column,
                   p++, f->type);
    }
    if (l->after_id) {
        buf_printf(&b, " and (t.%s, t.id) %s ($%d::%s, $%d::uuid)", l->sort,
                   l->descending ? "<" : ">", p, l->sort_type, p + 1);
        p += 2;
    }
    buf_printf(&b,
               " order by t.%s %s, t.id %s limit $7::int), a as (insert into core.audit (county,"
               " actor, role, address, action, object, request, n) select $1, core.actor(), $4,"
               " $5::inet, 'list', '%s', $6::uuid, least(count(*), $7::int - 1)::int from page)"
               " select * from page",
               l->sort, way, way, r->name);
    char *sql = b.over ? NULL : arena_strdup(r->shapes->arena, b.p);
    buf_free(&b);
    return sql;
}

static const struct db_stmt *shape_stmt(struct call *c, const struct rec *r, const struct list *l)
{
    struct rec_shapes *s = r->shapes;
    const char *key = shape_key(c, l);
    for (int i = 0; i < s->n; i++)
        if (str_eq(s->items[i].key, key))
            return s->items[i].stmt;
    const char *sql = s->n < SHAPES_MAX ? shape_sql(r, l) : NULL;
    if (!sql)
        return NULL;
    struct shape *made = &s->items[s->n++];
    made->key = arena_strdup(s->arena, key);
    made->stmt = db_stmt_new(sql);
    return made->stmt;
}

bool rec_list_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct list *l = arena_alloc(c->arena, sizeof *l);
    c->state = l;
    if (!list_read(c, r, l))
        return false;
    const struct db_stmt *stmt = shape_stmt(c, r, l);
    if (!stmt)
        return problem(c, 503, "too_many_shapes");
    int n = LIST_FIXED;
    const char **p = rec_params(c, LIST_FIXED + FILTERS_MAX + 3);
    p[3] = c->actor->role;
    p[4] = c->address;
    p[5] = c->id;
    p[6] = rec_number(c, l->limit + 1);
    if (l->in_township)
        p[n++] = rec_number(c, c->actor->scope.lo / 1000);
    for (int i = 0; i < l->nfilters; i++)
        p[n++] = l->filters[i].value;
    if (l->after_id) {
        p[n++] = l->after_sort;
        p[n++] = l->after_id;
    }
    batch_add(b, stmt, n, p);
    return true;
}

void rec_list_render(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct list *l = c->state;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    int n = rows_count(rows) > l->limit ? l->limit : rows_count(rows);
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        output_row(c, w, r, rows, i, true);
    jw_end(w, ']');
    jw_key(w, "next");
    if (rows_count(rows) > l->limit)
        jw_text(w, cursor_make(c->arena, list_about(c, r, l), rows_text(rows, n - 1, l->sort_at),
                               rows_text(rows, n - 1, HEAD_ID)));
    else
        jw_null(w);
    jw_end(w, '}');
}
