/* Reads one resident by a statement and a handler of its own: what a plugin's C costs beside the
 * core's own reading (tests/bench, r5). */
#include <wulian/plugin.h>

static void resident_handle(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    const char *const id[] = {api->arg(ctx, 0)};
    int resident = api->add(ctx, "resident", 1, id);

    if (api->run(ctx) == 0)
        api->reply_row(ctx, api->rows(ctx, resident));
}

static const struct wl_statement statements[] = {
    {"resident", WL_SQL("select p.id, p.div, p.org, p.name, p.sex, p.birth, p.death_date"
                        "  from station.v_resident p where p.county = $1 and p.id = $2")},
};

static const struct wl_route routes[] = {
    {"GET", "/residents/{id}", "reading.read", resident_handle, WL_CLASS_2,
     .gives = "{id:uuid div:int org:uuid name sex? birth?:date death_date?:date}",
     .summary = "One resident"},
};

static const struct wl_access access[] = {{"reading", "social_worker", "read"}};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "reads",
    .version = "1.0.0",
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
