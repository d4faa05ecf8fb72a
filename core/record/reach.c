#include "record/reach.h"

#include "record/readers.h"

const char *reach_fault(const struct rec *r)
{
    const uint32_t known =
        WL_PUBLISHED | WL_NAMED_READERS | WL_COUNTY_WIDE | WL_SHAREABLE | WL_HANDED_ON;
    if (r->d.flags & ~known)
        return "flags hold one this server does not know; it needs a newer server";
    if (rec_handed(r) && (rec_county_wide(r) || rec_named(r) || r->d.alike))
        return "WL_HANDED_ON goes with neither WL_COUNTY_WIDE nor WL_NAMED_READERS nor `alike`;"
               " drop one";
    if ((r->d.flags & WL_SHAREABLE) && (rec_named(r) || !r->linked))
        return "WL_SHAREABLE is for the platform's own records, and none of class 4; drop it";
    if (!rec_county_wide(r))
        return NULL;
    if (rec_named(r))
        return "class 4 is for its named readers, not for the whole county; drop WL_COUNTY_WIDE or"
               " WL_NAMED_READERS";
    if (r->d.alike)
        return "rows of other places could not be merged; drop WL_COUNTY_WIDE or `alike`";
    return NULL;
}

/* The texts come from the macros that the isolation tests take down. */
static const char *holds(const char *alias, bool wide, bool handed)
{
    bool x = *alias == 'x';
    if (wide)
        return x ? READ_HOLDS("x") : READ_HOLDS("t");
    if (handed)
        return x ? EITHER_HOLDS("x") : EITHER_HOLDS("t");
    return x ? SCOPE_HOLDS("x") : SCOPE_HOLDS("t");
}

const char *read_where(struct arena *a, const struct rec *r, const char *alias)
{
    return arena_printf(a, "%s%s", holds(alias, r && rec_county_wide(r), r && rec_handed(r)),
                        readers_where(a, r, alias));
}

const char *write_where(const struct rec *r)
{
    return holds("t", false, rec_handed(r));
}

/* No wall: row security lets the other place act, and cannot tell an act from a change. */
const char *own_where(const struct rec *r)
{
    return rec_handed(r) ? " and t.div >= $2 and t.div < $3" : "";
}

const char *reach_select(const struct rec *r)
{
    return rec_county_wide(r) || rec_handed(r) ? ", (t.div < $2 or t.div >= $3) as elsewhere"
                                               : ", false as elsewhere";
}

static bool lies_elsewhere(const struct call *c, const struct db_rows *rows, int row)
{
    int64_t div = rows_int(rows, row, HEAD_DIV);
    return div < c->actor->scope.lo || div >= c->actor->scope.hi;
}

/* No wall either: row security alone would carry out as little, so it stands without ours too. */
bool reach_over(const struct call *c, const struct rec *r, const struct db_rows *rows, int row)
{
    return rec_county_wide(r) && lies_elsewhere(c, rows, row);
}

bool reach_over_change(const struct call *c, const struct rec *r, const struct db_rows *rows,
                       int row)
{
    return (rec_county_wide(r) || rec_handed(r)) && lies_elsewhere(c, rows, row);
}
