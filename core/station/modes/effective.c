/* What holds here and now: for one service, for all of them, for every township of the county. */
#include "station/modes/modes.h"

/* Rows of a statement, or NULL where the reply says why not. */
static const struct wl_rows *asked(struct wl_ctx *ctx, const char *statement, int n,
                                   const char *const *args)
{
    int index = ctx->api->add(ctx, statement, n, args);
    return ctx->api->run(ctx) == 0 ? ctx->api->rows(ctx, index) : NULL;
}

void mode_effective_handle(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    const char *const args[] = {api->query(ctx, "div"), api->query(ctx, "at"),
                                api->query(ctx, "service"), api->query(ctx, "venue")};
    const struct wl_rows *rows = asked(ctx, "mode_effective", 4, args);
    if (rows && api->count(rows) == 0)
        api->reply_problem(ctx, 400, "bad_query");
    else if (rows)
        api->reply_row(ctx, rows);
}

void mode_services_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "div"), ctx->api->query(ctx, "at")};
    const struct wl_rows *rows = asked(ctx, "mode_services", 2, args);
    if (rows)
        ctx->api->reply_rows(ctx, rows);
}

void mode_overview_handle(struct wl_ctx *ctx)
{
    const char *const at[] = {ctx->api->query(ctx, "at")};
    const struct wl_rows *rows = asked(ctx, "mode_overview", 1, at);
    if (rows)
        ctx->api->reply_rows(ctx, rows);
}

void incident_figures_handle(struct wl_ctx *ctx)
{
    const char *const id[] = {ctx->api->arg(ctx, 0)};
    int index = ctx->api->add(ctx, "incident_figures", 1, id);
    if (ctx->api->run(ctx) == 0)
        ctx->api->reply_rows(ctx, ctx->api->rows(ctx, index));
}
