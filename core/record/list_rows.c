#include "record/list_rows.h"

#include "base/str.h"
#include "iam/permission.h"
#include "record/limit.h"

static void overdue_read(struct call *c, const struct rec *r, struct list *l, const char *due)
{
    int limit = limit_find(r, due);
    if (r->nlimits == 0)
        query_refuse(c, "overdue", "unknown_parameter");
    else if (str_eq(due, "any"))
        l->overdue = (1u << r->nlimits) - 1;
    else if (limit >= 0)
        l->overdue = 1u << limit;
    else
        query_refuse(c, "overdue", "bad_value");
}

static void deleted_read(struct call *c, const struct rec *r, struct list *l, const char *text)
{
    bool may = (r->verbs & REC_RESTORE) &&
               permission_choose(c, arena_printf(c->arena, "%s.restore", r->d.object));
    if (!may)
        query_refuse(c, "deleted", "unknown_parameter");
    else if (!str_eq(text, "true"))
        query_refuse(c, "deleted", "bad_value");
    l->deleted = true;
}

void list_rows_read(struct call *c, const struct rec *r, struct list *l)
{
    const char *overdue = call_query(c, "overdue"), *deleted = call_query(c, "deleted");
    if (overdue)
        overdue_read(c, r, l, overdue);
    if (deleted)
        deleted_read(c, r, l, deleted);
}

void list_rows_where(struct buf *b, const struct rec *r, const struct list *l)
{
    if (l->deleted)
        buf_printf(b, " and t.deleted_at > now() - make_interval(days => %u)",
                   (unsigned)r->d.retention_days);
    else
        buf_str(b, " and t.deleted_at is null");
    if (!l->overdue)
        return;
    const char *separator = " and (true";
    for (int i = 0; i < r->nlimits; i++)
        if (l->overdue >> i & 1) {
            buf_str(b, separator);
            limit_where_add(b, r, &r->limits[i]);
            separator = " or true";
        }
    buf_str(b, ")");
}

const char *list_rows_about(struct call *c, const struct list *l)
{
    return l->overdue || l->deleted ? arena_printf(c->arena, "|rows %x%d", l->overdue, l->deleted)
                                    : "";
}
