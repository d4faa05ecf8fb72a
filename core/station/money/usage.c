/* Where the money went and where the things are: sums over the caller's places (Y11, M39, Y15). */
#include "station/money/money.h"

#include "station/station.h"

static void yearly(struct wl_ctx *ctx, const char *statement)
{
    const char *year = ctx->api->query(ctx, "year");
    station_rows_reply(ctx, statement, 1, &year);
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
    station_rows_reply(ctx, "money_asset_summary", 0, NULL);
}
