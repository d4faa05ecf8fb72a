/* Every policy parameter with its national default and what is in use on a day. */
#include "station/policy/policy.h"

#include "station/station.h"

void policy_params_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "on"), ctx->api->query(ctx, "key")};
    station_rows_reply(ctx, "policy_params", 2, args);
}
