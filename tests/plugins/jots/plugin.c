/* Writes a row of its own table by a statement of its own: a jot about a resident, which lies where
 * the resident does. */
#include <wulian/plugin.h>

static void jot_handle(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    const char *const args[] = {api->body(ctx, "id"), api->body(ctx, "person"),
                                api->body(ctx, "text")};
    int jot = api->add(ctx, "jot", 3, args);

    if (api->run(ctx) == 0)
        api->reply_row(ctx, api->rows(ctx, jot));
}

static const struct wl_statement statements[] = {
    {"jot", WL_SQL("insert into jots.jot (county, id, div, org, change, person, text)"
                   " select p.county, $2::uuid, p.div, p.org, $2::uuid, p.id, $4"
                   "   from station.v_resident p where p.county = $1 and p.id = $3::uuid"
                   " returning id, div, created_by")},
};

static const struct wl_route routes[] = {
    {"POST", "/jots", "jotting.create", jot_handle, WL_CLASS_1,
     .takes = "{id:uuid person:uuid text}", .gives = "{id:uuid div:int created_by:uuid}",
     .summary = "Writes a word about a resident"},
};

static const struct wl_access access[] = {{"jotting", "county_section", "create"},
                                          {"jotting", "social_worker", "create"}};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "jots",
    .version = "1.0.0",
    .schema = 1,
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
