/* A route without permission. */
#include <wulian/plugin.h>

static void handle(struct wl_ctx *ctx)
{
    ctx->api->reply_problem(ctx, 404, "not_found");
}

#define NAME "route_open"
#define ROUTES                                                                                     \
    {                                                                                              \
        "GET", "/things/{id}/card", NULL, handle, .sensitivity = WL_CLASS_1                        \
    }
#include "../plain.h"
