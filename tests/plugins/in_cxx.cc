// A plugin written in C++: the contract's tables and literals are as much C++20 as C11.
#include <wulian/plugin.h>

static const wl_field rows[] = {
    {.name = "topic", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 40},
    {.name = "points", .type = WL_INTEGER, .min = 0, .max = 10},
};

static const wl_field fields[] = {
    {.name = "title",
     .type = WL_TEXT,
     .sensitivity = WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED,
     .max = 60},
    {.name = "made_on",
     .type = WL_DATE,
     .sensitivity = WL_CLASS_1,
     .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.today()")},
    {.name = "rows", .type = WL_LIST, .sensitivity = WL_CLASS_1, .max = 5, .items = WL_ROWS(rows)},
    {.name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const wl_action actions[] = {
    {.name = "close",
     .from = "open",
     .to = "closed",
     .permission = "close",
     .guard = WL_SQL("t.title <> ''"),
     .refusal = "never"},
};

static const wl_effect effects[] = {
    {.on = "close",
     .when = WL_SQL("t.title like 'again%'"),
     .record = "in_cxx.thing",
     .rows = WL_SQL("select t.title from t")},
};

static const wl_guard guards[] = {
    {.field = "title", .refusal = "untitled", .holds = WL_SQL("t.title <> 'untitled'")},
};

static const wl_notice notices[] = {
    {.on = "close", .to = "@station_head", .text = "closed"},
};

static const wl_chore chores[] = {
    {.name = "daily",
     .at = "daily 01:00",
     .record = "in_cxx.thing",
     .rows = WL_SQL("select t.day::text as key, 'of ' || t.day as title from t")},
};

static const wl_record thing = {
    .name = "thing",
    .path = "things",
    .object = "thing",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .states = "open closed",
    .sort = "-created_at",
    .verbs = "list get create patch",
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .guards = WL_ROWS(guards),
};

static const wl_record *const records[] = {&thing};

static const wl_statement statements[] = {
    {.name = "titles", .sql = WL_SQL("select t.title from in_cxx.thing t where t.county = $1")},
};

static void titles_handle(wl_ctx *ctx)
{
    const wl_api *api = ctx->api;
    const int titles = api->add(ctx, "titles", 0, nullptr);
    if (api->run(ctx) == 0)
        api->reply_rows(ctx, api->rows(ctx, titles));
}

static const wl_route routes[] = {
    {.method = "GET",
     .path = "/titles",
     .permission = "thing.read",
     .handler = titles_handle,
     .sensitivity = WL_CLASS_1},
};

static const wl_access access_rows[] = {
    {.object = "thing", .role = "station_head", .verbs = "create read update close"},
};

static const wl_plugin plugin = {
    .size = sizeof(wl_plugin),
    .abi = WL_ABI,
    .name = "in_cxx",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access_rows),
    .chores = WL_ROWS(chores),
};

const wl_plugin *wl_plugin_v1()
{
    return &plugin;
}
