/* Routes that answer with what was counted: one statement, all its rows. */
#include "station/people/people.h"

void duty_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "township"), ctx->api->query(ctx, "at")};
    station_rows_reply(ctx, "duty_on", 2, args);
}

void duty_holes_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "from"), ctx->api->query(ctx, "to")};
    station_rows_reply(ctx, "duty_holes", 2, args);
}

void education_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "on")};
    station_rows_reply(ctx, "education", 1, args);
}

void workforce_handle(struct wl_ctx *ctx)
{
    station_rows_reply(ctx, "workforce", 0, NULL);
}

void talent_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "year")};
    station_rows_reply(ctx, "talent", 1, args);
}
