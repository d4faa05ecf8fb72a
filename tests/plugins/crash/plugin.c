/* Three routes: one that writes where nothing is, one that gives up, one that works. */
#include <stdlib.h>

#include <wulian/plugin.h>

static void write_nowhere(struct wl_ctx *ctx)
{
    /* read at run time: a compiler that knew the address would refuse the write */
    static volatile uintptr_t nowhere = 64;

    (void)ctx;
    *(volatile int *)nowhere = 1;
}

static void give_up(struct wl_ctx *ctx)
{
    (void)ctx;
    abort();
}

static void count(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    int things = api->add(ctx, "count", 0, NULL);

    if (api->run(ctx) == 0)
        api->reply_row(ctx, api->rows(ctx, things));
}

#define NAME "crash"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "count", WL_SQL("select count(*) as things from crash.thing t where t.county = $1")        \
    }
#define ROUTES                                                                                     \
    {"GET", "/segv", "thing.read", write_nowhere, .sensitivity = WL_CLASS_1},                      \
        {"GET", "/abort", "thing.read", give_up, .sensitivity = WL_CLASS_1},                       \
    {                                                                                              \
        "GET", "/count", "thing.read", count, .sensitivity = WL_CLASS_1                            \
    }
#include "../plain.h"
