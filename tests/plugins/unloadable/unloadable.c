/* Ends the process while it is being loaded, or never comes back, when the file `mood` in the
 * server's folder of files says so; else nothing is wrong with it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wulian/plugin.h>

static volatile uintptr_t nowhere = 64; /* read at run time */
static volatile bool forever = true;

__attribute__((constructor)) static void wake(void)
{
    const char *dir = getenv("WULIAN_FILES_DIR");
    char path[4096], mood[16] = "";
    FILE *f = NULL;

    if (dir && snprintf(path, sizeof path, "%s/mood", dir) < (int)sizeof path)
        f = fopen(path, "re");
    if (!f)
        return;
    if (!fgets(mood, sizeof mood, f))
        *mood = 0;
    fclose(f);
    if (strcmp(mood, "segv") == 0)
        *(volatile int *)nowhere = 1;
    if (strcmp(mood, "exit") == 0)
        exit(0);
    while (strcmp(mood, "hang") == 0 && forever)
        pause();
}

static void count(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    int things = api->add(ctx, "count", 0, NULL);

    if (api->run(ctx) == 0)
        api->reply_row(ctx, api->rows(ctx, things));
}

#define NAME "unloadable"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "count", WL_SQL("select count(*) as things from unloadable.thing t where t.county = $1")   \
    }
#define ROUTES                                                                                     \
    {                                                                                              \
        "GET", "/count", "thing.read", count, .sensitivity = WL_CLASS_1                            \
    }
#include "../plain.h"
