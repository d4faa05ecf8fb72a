#include "record/reach.h"

#include "record/readers.h"

const char *reach_fault(const struct rec *r)
{
    const uint32_t known = WL_PUBLISHED | WL_NAMED_READERS | WL_COUNTY_WIDE;
    if (r->d.flags & ~known)
        return "flags hold one this server does not know; it needs a newer server";
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
static const char *holds(const char *alias, bool wide)
{
    if (*alias == 'x')
        return wide ? READ_HOLDS("x") : SCOPE_HOLDS("x");
    return wide ? READ_HOLDS("t") : SCOPE_HOLDS("t");
}

const char *read_where(struct arena *a, const struct rec *r, const char *alias)
{
    return arena_printf(a, "%s%s", holds(alias, r && rec_county_wide(r)),
                        readers_where(a, r, alias));
}

const char *reach_select(const struct rec *r)
{
    return rec_county_wide(r) ? ", (t.div < $2 or t.div >= $3) as elsewhere"
                              : ", false as elsewhere";
}

bool reach_over(const struct call *c, const struct rec *r, const struct db_rows *rows, int row)
{
    /* No wall: row security alone would carry out as little, so it stands without ours too. */
    int64_t div = rec_county_wide(r) ? rows_int(rows, row, HEAD_DIV) : c->actor->scope.lo;
    return div < c->actor->scope.lo || div >= c->actor->scope.hi;
}
