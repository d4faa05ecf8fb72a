/* Where the money went and where the things are: sums over the caller's places (Y11, M39, Y15). */
#include "station/money/money.h"

#include <stddef.h>
#include <string.h>

static void answer(struct wl_ctx *ctx, const char *statement, int n, const char *const *args)
{
    int rows = ctx->api->add(ctx, statement, n, args);
    if (ctx->api->run(ctx) == 0)
        ctx->api->reply_rows(ctx, ctx->api->rows(ctx, rows));
}

/* The year as given, 0 for this one; NULL when it is none. */
static const char *year_of(struct wl_ctx *ctx)
{
    const char *year = ctx->api->query(ctx, "year");
    if (!year)
        return "0";
    return strlen(year) == 4 && strspn(year, "0123456789") == 4 ? year : NULL;
}

static void yearly(struct wl_ctx *ctx, const char *statement)
{
    const char *year = year_of(ctx);
    if (year)
        answer(ctx, statement, 1, &year);
    else
        ctx->api->reply_problem(ctx, 400, "bad_query");
}

void money_fund_usage(struct wl_ctx *ctx)
{
    yearly(ctx, "money_fund_usage");
}

void money_budget_usage(struct wl_ctx *ctx)
{
    yearly(ctx, "money_budget_usage");
}

void money_asset_summary(struct wl_ctx *ctx)
{
    answer(ctx, "money_asset_summary", 0, NULL);
}
