/* Every policy parameter with its national default and what is in use on a day. */
#include <string.h>

#include "base/time.h"
#include "station/policy/policy.h"

void policy_params_handle(struct wl_ctx *ctx)
{
    const char *on = ctx->api->query(ctx, "on"), *key = ctx->api->query(ctx, "key");
    const char *args[] = {on, key};
    struct date day;
    if (on && !date_parse(on, &day)) {
        ctx->api->reply_problem(ctx, 400, "bad_query");
        return;
    }
    int at = ctx->api->add(ctx, "policy_params", 2, args);
    if (ctx->api->run(ctx) == 0)
        ctx->api->reply_rows(ctx, ctx->api->rows(ctx, at));
}
