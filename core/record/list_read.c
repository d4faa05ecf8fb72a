/* Reading a list's question: order, limit, fields, cursor, filters. */
#include "record/list.h"

#include <string.h>

#include "base/str.h"
#include "record/cursor.h"
#include "record/list_rows.h"
#include "record/reach.h"

enum { PAGE_DEFAULT = 20, PAGE_MAX = 200 };
enum { ABOUT_MAX = 64 * 1024 }; /* the head of a request holds far less */

/* The record's own order, unless it would tell a masked reader what is withheld. */
static const char *sort_default(const struct call *c, const struct rec *r)
{
    int at = rec_field_find(r, r->d.sort + (r->d.sort[0] == '-'));
    return at >= 0 && output_withheld(c, &r->fields[at]) ? "-created_at" : r->d.sort;
}

static bool field_sorts(const struct call *c, const struct rec_field *f)
{
    return (f->d.flags & WL_SORT) && !output_withheld(c, f);
}

static bool sort_refuse(struct call *c, const struct rec *r)
{
    const char *list = "created_at";
    for (int i = 0; i < r->nfields; i++)
        if (field_sorts(c, &r->fields[i]))
            list = arena_printf(c->arena, "%s, %s", r->fields[i].d.name, list);
    const char *const args[] = {list, NULL};
    fault_add(c, "?sort", "unknown_sort", args);
    return false;
}

static bool sort_read(struct call *c, const struct rec *r, struct list *l)
{
    const char *asked = call_query(c, "sort"), *name = asked ? asked : sort_default(c, r);
    l->descending = *name == '-';
    name += l->descending;
    if (str_eq(name, "created_at")) {
        l->sort = "created_at";
        l->sort_type = "timestamp with time zone";
        l->sort_field = -1;
        l->sort_head = HEAD_CREATED_AT;
        return true;
    }
    int at = rec_field_find(r, name);
    if (at < 0 || !field_sorts(c, &r->fields[at]))
        return sort_refuse(c, r);
    l->sort = r->columns[r->fields[at].column].name;
    l->sort_type = r->columns[r->fields[at].column].type;
    l->sort_field = at;
    return true;
}

bool list_shows(const struct rec *r, int field)
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
    l->actions = l->passed = !text;
    while (text && *text) {
        size_t n = strcspn(text, ",");
        const char *name = arena_strndup(c->arena, text, n);
        int field = rec_field_find(r, name), head = output_head_find(name);
        if (field >= 0 && list_shows(r, field))
            l->wanted |= UINT64_C(1) << field;
        else if (head >= 0)
            l->head |= 1u << head;
        else if (str_eq(name, "_actions"))
            l->actions = true;
        else if (str_eq(name, "_overdue") && r->nlimits)
            l->passed = true;
        else
            field_refuse(c, name);
        text += n + (text[n] == ',');
    }
}

/* What the reply needs: the fields shown, those that decide the actions, the one sorted by. */
static void select_choose(const struct rec *r, struct list *l)
{
    l->selected = l->wanted | (l->actions || l->passed ? r->decisive : 0);
    if (l->sort_field >= 0)
        l->selected |= UINT64_C(1) << l->sort_field;
}

static void limit_read(struct call *c, struct list *l)
{
    int64_t n = PAGE_DEFAULT;
    const char *text = call_query(c, "limit");
    if (text && (!str_int64(text, &n) || n < 1 || n > PAGE_MAX))
        query_refuse(c, "limit", "bad_limit");
    l->limit = (int)n;
}

/* Everything a cursor belongs to: a cursor of another list, filter or order is refused. */
static const char *list_about(struct call *c, const struct rec *r, const struct list *l)
{
    struct buf b;
    buf_init(&b, ABOUT_MAX);
    const char *const head[] = {r->name, "|", arena_int(c->arena, c->county), "|",
                                arena_int(c->arena, c->actor->scope.lo),
                                l->descending ? "|-" : "|", l->sort};
    for (size_t k = 0; k < sizeof head / sizeof *head; k++)
        buf_str(&b, head[k]);
    for (int i = 0; i < l->nfilters; i++) {
        const struct filter *f = &l->filters[i];
        char length[INT64_TEXT];
        int64_text((int64_t)strlen(f->value), length);
        const char *const parts[] = {"|", f->column, ".",     filter_op_name(f->op),
                                     "=", length,    ":", f->value};
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            buf_str(&b, parts[k]);
    }
    buf_str(&b, list_rows_about(c, l));
    const char *about = arena_strndup(c->arena, b.p, b.n);
    buf_free(&b);
    return about;
}

static void cursor_take(struct call *c, const struct rec *r, struct list *l)
{
    const char *cursor = call_query(c, "cursor");
    l->about = list_about(c, r, l);
    if (cursor && !cursor_read(c->arena, cursor, l->about, &l->after_sort, &l->after_id))
        query_refuse(c, "cursor", "bad_cursor");
}

static void count_read(struct call *c, struct list *l)
{
    const char *text = call_query(c, "count");
    l->count = text && str_eq(text, "exact");
    if (text && !l->count && !str_eq(text, "none"))
        query_refuse(c, "count", "bad_count");
}

static void filters_read(struct call *c, const struct rec *r, struct list *l, const char *own)
{
    for (int i = 0; i < c->nquery; i++) {
        const struct call_param *q = &c->query[i];
        if (str_has_word(own, q->name) || str_has_word(LIST_ROWS_PARAMETERS, q->name))
            continue;
        if (l->nfilters == FILTERS_MAX)
            query_refuse(c, q->name, "too_many_filters");
        else
            l->nfilters += filter_read(c, r, q, &l->filters[l->nfilters]);
    }
}

void list_where_read(struct call *c, const struct rec *r, struct list *l, const char *own)
{
    int64_t width = c->actor->scope.hi - c->actor->scope.lo;
    bool scoped = APP_WALL && !rec_county_wide(r) && !rec_handed(r);
    filters_read(c, r, l, own);
    list_rows_read(c, r, l);
    l->in_township = scoped && width <= 1000;
    l->in_village = scoped && width == 1;
}

bool list_read(struct call *c, const struct rec *r, struct list *l)
{
    list_where_read(c, r, l, "sort limit cursor fields count");
    count_read(c, l);
    limit_read(c, l);
    fields_read(c, r, l);
    if (sort_read(c, r, l) && !c->nfaults)
        cursor_take(c, r, l);
    select_choose(r, l);
    return !faults_reply_as(c, 400, "bad_query");
}
