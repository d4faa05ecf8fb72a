/* Built when the contract's rows were shorter: every struct here lacks the last members of today's,
 * as an older plugin.h would have had them. What is missing counts as zero. */
#include <stddef.h>

#include <wulian/plugin.h>

struct old_field {
    const char *name;
    uint32_t type, sensitivity, flags;
    int64_t min, max;
};
_Static_assert(sizeof(struct old_field) == offsetof(struct wl_field, of), "ends before `of`");

struct old_action {
    const char *name, *from, *to, *permission;
};
_Static_assert(sizeof(struct old_action) == offsetof(struct wl_action, input),
               "ends before `input`");

struct old_record {
    const char *name, *path, *object;
    struct wl_table fields, actions, checks;
    const char *states, *sort, *person, *verbs;
};
_Static_assert(sizeof(struct old_record) == offsetof(struct wl_record, origin), "lacks `origin`");

struct old_route {
    const char *method, *path, *permission;
    wl_handler handler;
    uint32_t sensitivity;
};
_Static_assert(sizeof(struct old_route) == offsetof(struct wl_route, asks), "ends before `asks`");

struct old_plugin {
    uint32_t size, abi;
    const char *name, *version;
    uint32_t schema;
    struct wl_records records;
    struct wl_table statements, routes, indicators, access;
};
_Static_assert(sizeof(struct old_plugin) == offsetof(struct wl_plugin, settings), "lacks settings");

static const struct old_field fields[] = {
    {"title", WL_TEXT, WL_CLASS_0, WL_REQUIRED | WL_LISTED | WL_SORT, 0, 60},
    {"state", WL_TEXT, WL_CLASS_0, WL_COMPUTED | WL_LISTED, 0, 0},
    {"holder", WL_STAFF, WL_CLASS_1, WL_COMPUTED | WL_LISTED, 0, 0},
};

static const struct old_action actions[] = {
    {"close", "open", "closed", "close"},
};

static const struct old_record thing = {
    .name = "thing",
    .path = "things",
    .object = "thing",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .states = "open closed",
    .sort = "-created_at",
    .verbs = "list get create patch",
};
static const struct old_record *const records[] = {&thing};

static const struct wl_statement statements[] = {
    {"titles", WL_SQL("select t.title from older.thing t where t.county = $1")},
    {"closed", WL_SQL("select t.title from older.thing t where t.county = $1"
                      " and t.state = 'closed'")},
};

static void answer(struct wl_ctx *ctx, const char *statement)
{
    const struct wl_api *api = ctx->api;
    int rows = api->add(ctx, statement, 0, NULL);

    if (api->run(ctx) == 0)
        api->reply_rows(ctx, api->rows(ctx, rows));
}

static void titles(struct wl_ctx *ctx)
{
    answer(ctx, "titles");
}

static void closed(struct wl_ctx *ctx)
{
    answer(ctx, "closed");
}

static const struct old_route routes[] = {
    {"GET", "/titles", "thing.read", titles, WL_CLASS_0},
    {"GET", "/closed", "thing.read", closed, WL_CLASS_0},
};

static const struct wl_access access[] = {
    {"thing", "station_head", "create read update close"},
};

static const struct old_plugin plugin = {
    .size = sizeof(struct old_plugin),
    .abi = WL_ABI,
    .name = "older",
    .version = "1.0.0",
    .schema = 1,
    .records = {(const struct wl_record *const *)(const void *)records, 1,
                sizeof(struct old_record)},
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return (const struct wl_plugin *)(const void *)&plugin;
}
