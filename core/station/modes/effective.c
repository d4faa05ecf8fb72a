/* What holds here and now: for one service, for all of them, for every township of the county. */
#include "base/uuid.h"
#include "station/modes/modes.h"
#include "station/station.h"

void mode_effective_handle(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    const char *const args[] = {api->query(ctx, "div"), api->query(ctx, "at"),
                                api->query(ctx, "service"), api->query(ctx, "venue")};
    int index = api->add(ctx, "mode_effective", 4, args);
    if (api->run(ctx) != 0)
        return;
    if (api->count(api->rows(ctx, index)) == 0)
        api->reply_problem(ctx, 400, "bad_query");
    else
        api->reply_row(ctx, api->rows(ctx, index));
}

void mode_services_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "div"), ctx->api->query(ctx, "at")};
    station_rows_reply(ctx, "mode_services", 2, args);
}

void mode_overview_handle(struct wl_ctx *ctx)
{
    const char *const at[] = {ctx->api->query(ctx, "at")};
    station_rows_reply(ctx, "mode_overview", 1, at);
}

void incident_figures_handle(struct wl_ctx *ctx)
{
    const char *const id[] = {ctx->api->arg(ctx, 0)};
    if (uuid_valid(id[0]))
        station_rows_reply(ctx, "incident_figures", 1, id);
    else
        ctx->api->reply_problem(ctx, 404, "not_found");
}
