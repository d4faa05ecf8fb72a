/* Lists: filters by equality, keyset order, signed cursor. The statement for each combination asked
 * is generated once from the description and kept; values are always parameters. Kept statements
 * cost memory in every session, so there are few: whatever else is asked goes by a general one of
 * its order, which has every filter and leaves out those whose value is null. */
#include <string.h>

#include "base/str.h"
#include "json/jv.h"
#include "record/cursor.h"
#include "record/input.h"
#include "record/record.h"

enum { FILTERS_MAX = 4, PAGE_DEFAULT = 20, PAGE_MAX = 200, LIST_FIXED = 7 };
/* GENERAL_MAX: orders that a record has, two ways, first page or later, three widths of scope. */
enum { SHAPES_MAX = 64, GENERAL_MAX = 8 * 2 * 2 * 3, SLOTS_MAX = DB_PARAMS_MAX - LIST_FIXED - 3 };

struct shape {
    char *key;
    const struct db_stmt *stmt;
};

struct rec_shapes {
    struct arena *arena; /* the process's: a statement lives as long */
    struct shape items[SHAPES_MAX + GENERAL_MAX];
    int n, particular; /* of them: not general */
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
    struct filter *filters;
    int nfilters;
    bool general;                 /* filters: all there are */
    const char *about;            /* what a cursor of it belongs to */
    const char *sort, *sort_type; /* column */
    bool descending;
    int sort_field;              /* field it is, or -1 … */
    int sort_head;               /* … and then one of the head */
    uint64_t wanted, selected;   /* fields to show; to read */
    unsigned head;               /* as in struct output */
    bool actions;
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

static bool field_filters(const struct rec_field *f)
{
    return (f->d.flags & WL_FILTER) && f->d.type != WL_CHOICES;
}

static bool filter_find(const struct call *c, const struct rec *r, const char *name,
                        struct filter *f, const struct rec_field **field)
{
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (common[i].filter && str_eq(common[i].name, name)) {
            f->column = common[i].name;
            f->type = common[i].type;
            *field = NULL;
            return true;
        }
    int at = rec_field_find(r, name);
    if (at < 0 || !field_filters(&r->fields[at]) || output_withheld(c, &r->fields[at]))
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
    if (!filter_find(c, r, name, f, &field) || (!many && !str_eq(dot, ".eq")))
        return parameter_refuse(c, q->name, "unknown_parameter");
    f->many = many;
    const char *pointer = arena_printf(c->arena, "?%s", q->name);
    f->value = (many ? filter_values : filter_value)(c, field, pointer, q->value);
    if (!f->value)
        return c->nfaults ? false : parameter_refuse(c, q->name, "bad_value");
    l->nfilters++;
    return true;
}

/* The record's own order, unless it would tell a masked reader what is withheld. */
static const char *sort_default(const struct call *c, const struct rec *r)
{
    int at = rec_field_find(r, r->d.sort + (r->d.sort[0] == '-'));
    return at >= 0 && output_withheld(c, &r->fields[at]) ? "-created_at" : r->d.sort;
}

static bool sort_read(struct call *c, const struct rec *r, struct list *l)
{
    const char *asked = call_query(c, "sort"), *name = asked ? asked : sort_default(c, r);
    l->descending = *name == '-';
    name += l->descending;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (common[i].sort && str_eq(common[i].name, name)) {
            l->sort = common[i].name;
            l->sort_type = common[i].type;
            l->sort_field = -1;
            l->sort_head = common[i].at;
            return true;
        }
    int at = rec_field_find(r, name);
    if (at < 0 || !(r->fields[at].d.flags & WL_SORT) || output_withheld(c, &r->fields[at]))
        return parameter_refuse(c, "sort", "unknown_sort");
    l->sort = r->columns[r->fields[at].column].name;
    l->sort_type = r->columns[r->fields[at].column].type;
    l->sort_field = at;
    return true;
}

/* What is in no list by the description may be asked for, but not the sensitive. */
static bool field_lists(const struct rec *r, int field)
{
    return (r->listed_fields >> field & 1) || r->fields[field].d.sensitivity < WL_CLASS_3;
}

static void field_refuse(struct call *c, const char *name)
{
    const char *const args[] = {"fields", name, NULL};
    fault_add(c, "?fields", "unknown_list_field", args);
}

/* "fields=no,state,_actions": id and version always come; without it all that is listed. */
static void fields_read(struct call *c, const struct rec *r, struct list *l)
{
    const char *text = call_query(c, "fields");
    l->wanted = text ? 0 : r->listed_fields;
    l->head = text ? 0 : OUTPUT_WHOLE_HEAD;
    l->actions = !text;
    while (text && *text) {
        size_t n = strcspn(text, ",");
        const char *name = arena_strndup(c->arena, text, n);
        int field = rec_field_find(r, name), head = output_head_find(name);
        if (field >= 0 && field_lists(r, field))
            l->wanted |= UINT64_C(1) << field;
        else if (head >= 0)
            l->head |= 1u << head;
        else if (str_eq(name, "_actions"))
            l->actions = true;
        else
            field_refuse(c, name);
        text += n + (text[n] == ',');
    }
}

/* What the reply needs: the fields shown, those that decide the actions, the one sorted by. */
static void select_choose(const struct rec *r, struct list *l)
{
    l->selected = l->wanted | (l->actions ? r->decisive : 0);
    if (l->sort_field >= 0)
        l->selected |= UINT64_C(1) << l->sort_field;
}

static int sort_column(const struct list *l)
{
    return l->sort_field >= 0 ? rec_column_of(l->selected, l->sort_field) : l->sort_head;
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
    l->about = list_about(c, r, l);
    if (cursor && !cursor_read(c->arena, cursor, l->about, &l->after_sort, &l->after_id))
        parameter_refuse(c, "cursor", "bad_cursor");
}

static bool list_read(struct call *c, const struct rec *r, struct list *l)
{
    l->filters = arena_alloc(c->arena, FILTERS_MAX * sizeof *l->filters);
    for (int i = 0; i < c->nquery; i++)
        if (!str_has_word("sort limit cursor fields", c->query[i].name))
            filter_read(c, r, &c->query[i], l);
    limit_read(c, l);
    fields_read(c, r, l);
    if (sort_read(c, r, l) && !c->nfaults)
        cursor_take(c, r, l);
    select_choose(r, l);
    int64_t width = c->actor->scope.hi - c->actor->scope.lo;
    l->in_township = APP_WALL && width <= 1000;
    l->in_village = APP_WALL && width == 1;
    return !faults_reply_as(c, 400, "bad_query");
}

/* ---- the statement --------------------------------------------------------------------------- */

static const char *shape_key(struct call *c, const struct list *l)
{
    const char *key =
        arena_printf(c->arena, "%s%d%d%d%d%s%llx", l->sort, l->descending, l->after_id != NULL,
                     l->in_township, l->in_village, l->general ? "*" : "",
                     (unsigned long long)l->selected);
    for (int i = 0; i < l->nfilters && !l->general; i++)
        key = arena_printf(c->arena, "%s|%s%d", key, l->filters[i].column, l->filters[i].many);
    return key;
}

static void filter_sql(struct buf *b, const struct list *l, const struct filter *f, int p)
{
    const char *text = l->general ? "::text" : "";
    if (l->general)
        buf_printf(b, " and ($%d::text is null or t.%s", p, f->column);
    else
        buf_printf(b, " and t.%s", f->column);
    buf_printf(b, f->many ? " = any ($%d%s::%s[])" : " = $%d%s::%s", p, text, f->type);
    buf_str(b, l->general ? ")" : "");
}

/* Parameters: 3 scope, role, address, request, limit, then township, filters, cursor. */
static const char *shape_sql(struct arena *a, const struct rec *r, const struct list *l)
{
    int p = LIST_FIXED + 1;
    const char *way = l->descending ? "desc" : "asc";
    struct buf b;
    buf_init(&b, 32 * 1024);
    buf_printf(&b,
               "with page as materialized (select %s from %s t where %s and t.deleted_at is null",
               rec_select(a, r, l->selected), r->name, rec_scope_where());
    if (l->in_township)
        buf_printf(&b, " and t.township = $%d::int", p++);
    if (l->in_village)
        buf_printf(&b, " and t.div = $2");
    for (int i = 0; i < l->nfilters; i++)
        filter_sql(&b, l, &l->filters[i], p++);
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

static const struct shape *shape_find(const struct rec_shapes *s, const char *key)
{
    for (int i = 0; i < s->n; i++)
        if (str_eq(s->items[i].key, key))
            return &s->items[i];
    return NULL;
}

static void filter_slots(struct list *l, const struct list *asked, const char *column,
                         const char *type)
{
    for (int many = 0; many < 2; many++) {
        struct filter *f = &l->filters[l->nfilters++];
        *f = (struct filter){.column = column, .type = type, .many = many};
        for (int i = 0; i < asked->nfilters; i++)
            if (asked->filters[i].many == f->many && str_eq(asked->filters[i].column, column))
                f->value = asked->filters[i].value;
    }
}

/* From the filters asked to one of each that could be. */
static void list_generalise(struct call *c, const struct rec *r, struct list *l)
{
    enum { COMMON = sizeof common / sizeof common[0] };
    struct list asked = *l;
    l->general = true;
    l->selected = REC_ALL_FIELDS;
    l->nfilters = 0;
    l->filters = arena_alloc(c->arena, 2 * (size_t)(COMMON + r->nfields) * sizeof *l->filters);
    for (int i = 0; i < COMMON; i++)
        if (common[i].filter)
            filter_slots(l, &asked, common[i].name, common[i].type);
    for (int i = 0; i < r->nfields; i++)
        if (field_filters(&r->fields[i]))
            filter_slots(l, &asked, r->columns[r->fields[i].column].name,
                         r->columns[r->fields[i].column].type);
}

static const struct db_stmt *shape_stmt(struct call *c, const struct rec *r, struct list *l)
{
    struct rec_shapes *s = r->shapes;
    const struct shape *known = shape_find(s, shape_key(c, l));
    if (!known && s->particular == SHAPES_MAX) {
        list_generalise(c, r, l);
        known = shape_find(s, shape_key(c, l));
    }
    if (known)
        return known->stmt;
    bool room = s->n < SHAPES_MAX + GENERAL_MAX && l->nfilters <= SLOTS_MAX;
    const char *sql = room ? shape_sql(c->arena, r, l) : NULL;
    if (!sql)
        return NULL;
    struct shape *made = &s->items[s->n++];
    s->particular += !l->general;
    made->key = arena_strdup(s->arena, shape_key(c, l));
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
    const char **p = rec_params(c, LIST_FIXED + l->nfilters + 3);
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
    struct output o = output_begin(c, w, r, l->selected, l->wanted);
    o.head = l->head;
    o.actions = o.actions && l->actions;
    o.overdue = o.overdue && !call_query(c, "fields");
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        output_row(&o, rows, i);
    jw_end(w, ']');
    jw_key(w, "next");
    if (rows_count(rows) > l->limit)
        jw_text(w, cursor_make(c->arena, l->about, rows_text(rows, n - 1, sort_column(l)),
                               rows_text(rows, n - 1, HEAD_ID)));
    else
        jw_null(w);
    jw_end(w, '}');
}
