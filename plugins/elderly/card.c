/* 服务卡: what the courier at the door needs on one page — who it is, and what is under way. One
 * statement and one reply; the model of a plugin's own route. */
#include "elderly.h"

void card_handle(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    const char *const id[] = {api->arg(ctx, 0)};
    int card = api->add(ctx, "card", 1, id);
    if (api->run(ctx) == 0)
        api->reply_row(ctx, api->rows(ctx, card));
}
