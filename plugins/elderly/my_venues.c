/* 我负责的场地: who answers for many venues sees today at all of them. It joins venues, their
 * attendance and the service mode, which no list of one record does. */
#include "elderly.h"

void my_venues_handle(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    const char *const actor[] = {api->actor(ctx)};
    int mine = api->add(ctx, "my_venues", 1, actor);
    if (api->run(ctx) == 0)
        api->reply_rows(ctx, api->rows(ctx, mine));
}
