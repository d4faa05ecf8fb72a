/* Built when the contract's rows will be longer: every struct here has members behind today's last,
 * which this server does not know and steps over. */
#include <wulian/plugin.h>

struct new_field {
    struct wl_field today;
    const char *hint;
    uint64_t more[3];
};

struct new_action {
    struct wl_action today;
    uint64_t more;
};

struct new_record {
    struct wl_record today;
    const char *icon;
};

struct new_statement {
    struct wl_statement today;
    const char *reason;
};

struct new_route {
    struct wl_route today;
    const char *quota;
};

struct new_api {
    struct wl_api today;
    void (*later)(struct wl_ctx *ctx);
};

struct new_access {
    struct wl_access today;
    uint32_t until;
};

struct new_plugin {
    struct wl_plugin today;
    struct wl_table events;
};

#define MORE                                                                                       \
    {                                                                                              \
        UINT64_MAX, UINT64_MAX, UINT64_MAX                                                         \
    }

static const struct new_field fields[] = {
    {{.name = "title",
      .type = WL_TEXT,
      .sensitivity = WL_CLASS_0,
      .flags = WL_REQUIRED | WL_LISTED | WL_SORT,
      .max = 60},
     "Titel",
     MORE},
    {{.name = "state",
      .type = WL_TEXT,
      .sensitivity = WL_CLASS_0,
      .flags = WL_COMPUTED | WL_LISTED},
     "Zustand",
     MORE},
    {{.name = "holder",
      .type = WL_STAFF,
      .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED},
     "Halter",
     MORE},
};

static const struct new_action actions[] = {
    {{.name = "close", .from = "open", .to = "closed", .permission = "close"}, UINT64_MAX},
    {{.name = "reopen", .from = "closed", .to = "open", .permission = "close"}, UINT64_MAX},
};

static const struct new_record thing = {
    .today =
        {
            .name = "thing",
            .path = "things",
            .object = "newer",
            .fields = WL_ROWS(fields),
            .actions = WL_ROWS(actions),
            .states = "open closed",
            .sort = "-created_at",
            .verbs = "list get create patch",
        },
    .icon = "box",
};
static const struct new_record *const records[] = {&thing};

static const struct new_statement statements[] = {
    {{"titles", WL_SQL("select t.title from newer.thing t where t.county = $1")}, "because"},
    {{"states", WL_SQL("select t.state from newer.thing t where t.county = $1")}, "because"},
};

/* Asks before it uses what this server does not have. */
static void answer(struct wl_ctx *ctx, const char *statement)
{
    const struct wl_api *api = ctx->api;

    if (api->size >= sizeof(struct new_api)) {
        ((const struct new_api *)(const void *)api)->later(ctx);
        return;
    }
    int rows = api->add(ctx, statement, 0, NULL);
    if (api->run(ctx) == 0)
        api->reply_rows(ctx, api->rows(ctx, rows));
}

static void titles(struct wl_ctx *ctx)
{
    answer(ctx, "titles");
}

static void states(struct wl_ctx *ctx)
{
    answer(ctx, "states");
}

static const struct new_route routes[] = {
    {{.method = "GET",
      .path = "/titles",
      .permission = "newer.read",
      .handler = titles,
      .sensitivity = WL_CLASS_0},
     "10/s"},
    {{.method = "GET",
      .path = "/states",
      .permission = "newer.read",
      .handler = states,
      .sensitivity = WL_CLASS_0},
     "10/s"},
};

static const struct new_access access[] = {
    {{"newer", "station_head", "create read update close"}, 2030},
    {{"newer", "social_worker", "read"}, 2030},
};

static const struct new_plugin plugin = {
    .today =
        {
            .size = sizeof(struct new_plugin),
            .abi = WL_ABI,
            .name = "newer",
            .version = "9.0.0",
            .schema = 1,
            .records = {(const struct wl_record *const *)(const void *)records, 1,
                        sizeof(struct new_record)},
            .statements = WL_ROWS(statements),
            .routes = WL_ROWS(routes),
            .access = WL_ROWS(access),
        },
    .events = {statements, 7, 1},
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin.today;
}
