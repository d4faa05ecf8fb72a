/* Where the money went and where the things are: sums over the caller's places (Y11, M39, Y15). */
#include "station/money/money.h"

#include <stddef.h>

static void answer(struct wl_ctx *ctx, const char *statement, int n, const char *const *args)
{
    int rows = ctx->api->add(ctx, statement, n, args);
    if (ctx->api->run(ctx) == 0)
        ctx->api->reply_rows(ctx, ctx->api->rows(ctx, rows));
}

static void yearly(struct wl_ctx *ctx, const char *statement)
{
    const char *year = ctx->api->query(ctx, "year");
    answer(ctx, statement, 1, &year);
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
