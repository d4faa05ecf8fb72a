/* Routes that answer with what was counted: one statement, all its rows. */
#include "station/people/people.h"

static void rows_reply(struct wl_ctx *ctx, const char *statement, int n, const char *const *args)
{
    const struct wl_api *api = ctx->api;
    int at = api->add(ctx, statement, n, args);
    if (api->run(ctx) == 0)
        api->reply_rows(ctx, api->rows(ctx, at));
}

void duty_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "township"), ctx->api->query(ctx, "at")};
    rows_reply(ctx, "duty_on", 2, args);
}

void duty_holes_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "from"), ctx->api->query(ctx, "to")};
    rows_reply(ctx, "duty_holes", 2, args);
}

void education_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "on")};
    rows_reply(ctx, "education", 1, args);
}

void workforce_handle(struct wl_ctx *ctx)
{
    rows_reply(ctx, "workforce", 0, NULL);
}

void talent_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "year")};
    rows_reply(ctx, "talent", 1, args);
}
