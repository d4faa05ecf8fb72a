/* Does nothing wrong, slowly: it is in flight when others crash. */
#include <time.h>

#include <wulian/plugin.h>

static void count(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    int things = api->add(ctx, "count", 0, NULL);

    if (api->run(ctx) == 0)
        api->reply_row(ctx, api->rows(ctx, things));
}

static void slow(struct wl_ctx *ctx)
{
    nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 0}, NULL);
    count(ctx);
}

#define NAME "bystander"
#define OBJECT "bystander"
#define ACCESS                                                                                     \
    {                                                                                              \
        "bystander", "station_head", "create read update close"                                    \
    }
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "count", WL_SQL("select count(*) as things from bystander.thing t where t.county = $1")    \
    }
#define ROUTE(path, handler) {"GET", path, "bystander.read", handler, .sensitivity = WL_CLASS_1}
#define ROUTES ROUTE("/count", count), ROUTE("/slow", slow)
#include "../plain.h"
