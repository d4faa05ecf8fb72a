#include "report/asked.h"

#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "record/record.h"
#include "report/ask.h"

enum { TOWNSHIP_WIDE = 1000, COUNTY_WIDE = 1000000 };

static struct period period_of(struct call *c, int months) /* since year 0 */
{
    struct period p;
    int year = months / 12, month = months % 12 + 1, next = months + 1;
    p.name = arena_printf(c->arena, "%04d-%02d", year, month);
    p.first = arena_printf(c->arena, "%s-01", p.name);
    p.from = arena_printf(c->arena, "%sT00:00:00+08:00", p.first);
    p.to = arena_printf(c->arena, "%04d-%02d-01T00:00:00+08:00", next / 12, next % 12 + 1);
    return p;
}

static bool period_read(struct call *c, struct asked *a)
{
    struct date d;
    const char *text = call_query(c, "period");
    if (!text || strlen(text) != 7 || !date_parse(arena_printf(c->arena, "%s-01", text), &d))
        return ask_refuse(c, "period", "period_expected");
    a->period = period_of(c, d.year * 12 + d.month - 1);
    a->before = period_of(c, d.year * 12 + d.month - 2);
    return true;
}

/* One township of a wider scope. What lies outside is not there. */
static bool township_read(struct call *c, struct asked *a)
{
    int64_t n;
    const char *text = call_query(c, "township");
    if (!text)
        return true;
    if (strlen(text) != 9 || !str_int64(text, &n))
        return ask_refuse(c, "township", "bad_value");
    if (n * TOWNSHIP_WIDE < a->lo || (n + 1) * TOWNSHIP_WIDE > a->hi)
        return problem(c, 404, "not_found");
    a->lo = n * TOWNSHIP_WIDE;
    a->hi = a->lo + TOWNSHIP_WIDE;
    return true;
}

static enum place place_of(const struct asked *a)
{
    int64_t wide = a->hi - a->lo;
    return a->org || wide < TOWNSHIP_WIDE ? PLACE_PART
           : wide == TOWNSHIP_WIDE        ? PLACE_TOWNSHIP
                                          : PLACE_COUNTY;
}

bool asked_read(struct call *c, struct asked *a)
{
    *a = (struct asked){.lo = c->actor->scope.lo, .hi = c->actor->scope.hi};
    if (!ask_report(c) || !period_read(c, a) || !ask_org(c, &a->org) || !township_read(c, a))
        return false;
    a->place = place_of(a);
    return true;
}

const char **asked_params(struct call *c, const struct asked *a, const struct period *period, int n)
{
    const char **p = ask_params(c, period->from, period->to, a->org, n);
    p[1] = rec_number(c, a->lo);
    p[2] = rec_number(c, a->hi);
    return p;
}

const char *asked_div(struct call *c, const struct asked *a)
{
    return rec_number(c, a->place == PLACE_COUNTY ? (int64_t)c->county * COUNTY_WIDE : a->lo);
}

bool asked_own(const struct call *c, const struct asked *a)
{
    return a->lo == (int64_t)c->county * COUNTY_WIDE;
}
