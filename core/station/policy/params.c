/* Every policy parameter with its national default and what is in use on a day. */
#include "station/policy/policy.h"

void policy_params_handle(struct wl_ctx *ctx)
{
    const char *args[] = {ctx->api->query(ctx, "on"), ctx->api->query(ctx, "key")};
    int at = ctx->api->add(ctx, "policy_params", 2, args);
    if (ctx->api->run(ctx) == 0)
        ctx->api->reply_rows(ctx, ctx->api->rows(ctx, at));
}
