#include "record/list_rows.h"

#include "base/str.h"
#include "iam/permission.h"
#include "record/limit.h"

static void overdue_read(struct call *c, const struct rec *r, struct list *l, const char *due)
{
    l->overdue = limits_named(r, due);
    if (!l->overdue)
        query_refuse(c, "overdue", r->nlimits ? "bad_value" : "unknown_parameter");
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
    limits_where_add(b, r, l->overdue);
}

const char *list_rows_about(struct call *c, const struct list *l)
{
    return l->overdue || l->deleted ? arena_printf(c->arena, "|rows %x%d", l->overdue, l->deleted)
                                    : "";
}
