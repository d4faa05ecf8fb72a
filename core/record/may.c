#include "record/may.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "record/guard.h"

#define RELATIVE "coalesce(t.%s = any ((select core.own_relatives())::uuid[]), false)"

bool may_queries(const char *sql)
{
    static const char word[] = "select";
    enum { WORD = sizeof word - 1 };
    for (const char *at = sql; *at; at++) {
        size_t n = 0;
        while (n < WORD && tolower((unsigned char)at[n]) == word[n])
            n++;
        if (n == WORD)
            return true;
    }
    return false;
}

const char *may_compile(struct arena *a, struct rec *r, struct rec_action *x)
{
    if (x->d.flags & ~(uint32_t)WL_NOT_RELATIVE)
        return "has a flag this server does not know; it needs a newer server";
    if (x->d.guard.text && !x->brings) {
        x->may = arena_printf(a, "may_%s", x->d.name);
        x->may_listed = !may_queries(x->d.guard.text);
    }
    if (!(x->d.flags & WL_NOT_RELATIVE))
        return NULL;
    if (r->person < 0 || !str_eq(r->fields[r->person].d.of, "station.resident"))
        return "WL_NOT_RELATIVE needs the record's `person`, a reference to station.resident";
    r->kin = true;
    return NULL;
}

void may_select_add(struct buf *b, const struct rec *r, bool list)
{
    if (r->kin)
        buf_printf(b, ", " RELATIVE " as is_relative", r->d.person);
    if (r->d.fixed_when.text)
        fixed_select(b, r, list);
    for (int i = 0; i < r->nactions; i++) {
        const struct rec_action *x = &r->actions[i];
        if (x->may && (x->may_listed || !list))
            buf_printf(b, ", coalesce((%s), false) as %s", x->d.guard.text, x->may);
    }
}

void may_where_add(struct buf *b, const struct rec *r, const struct rec_action *x)
{
    if (x->d.flags & WL_NOT_RELATIVE)
        buf_printf(b, " and not " RELATIVE, r->d.person);
}

void may_before_add(struct buf *b, const struct rec *r, const struct rec_action *x)
{
    if (x->d.flags & WL_NOT_RELATIVE)
        buf_printf(b, ", " RELATIVE " as is_relative", r->d.person);
}

void may_bind(struct output *o, const struct db_rows *rows)
{
    const struct rec *r = o->r;
    int first = rec_column_of(o->selected, r->nfields);
    o->fixed = r->d.fixed_when.text ? rows_column_from(rows, first, "is_fixed") : -1;
    if (!o->actions)
        return;
    o->relative = r->kin ? rows_column_from(rows, first, "is_relative") : -1;
    for (int i = 0; i < r->nactions; i++)
        if (r->actions[i].may)
            o->may[i] = rows_column_from(rows, first, r->actions[i].may);
}

bool may_open(const struct output *o, int i, const struct db_rows *rows, int row)
{
    const struct rec_action *x = &o->r->actions[i];
    if (o->relative >= 0 && (x->d.flags & WL_NOT_RELATIVE) && rows_bool(rows, row, o->relative))
        return false;
    return o->may[i] < 0 || rows_bool(rows, row, o->may[i]);
}
