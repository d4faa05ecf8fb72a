/* 标准检查表: what a station's or a room's facilities, people served and service scale must reach. Items
 * and figures are data: a county publishes its own, one at a time for each kind of unit. */
#include "station/network/network.h"

static const struct wl_field items[] = {
    {"code", WL_TEXT, .flags = WL_REQUIRED, .min = 1, .max = 20},
    {"name", WL_TEXT, .flags = WL_REQUIRED, .min = 1, .max = 60},
    {"measure", WL_CHOICE, .flags = WL_REQUIRED, .of = "CHECK_MEASURE"},
    {"at_least", WL_DECIMAL, .max = 1000000000, .scale = 1},
    {"unit", WL_TEXT, .max = 10},
    {"must", WL_BOOL, .flags = WL_REQUIRED},
    {"mark", WL_TEXT, .max = 10},
};

static const struct wl_field fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 80},
    {"edition", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 20},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .of = "ORG_KIND"},
    {"basis", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 200},
    {"items", WL_LIST, WL_CLASS_0, .flags = WL_REQUIRED, .min = 1, .max = 100,
     .items = WL_ROWS(items)},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"publish", "draft", "published", "decide", .input = NULL},
    {"retire", "published", "retired", "decide", .input = NULL},
};

static const struct wl_guard guards[] = {
    {"items", "check_scheme_codes",
     WL_SQL("(select count(*) = count(distinct i ->> 'code')"
            " from jsonb_array_elements(t.items) i)")},
    {"items", "check_scheme_figures",
     WL_SQL("not exists (select from jsonb_array_elements(t.items) i"
            " where i ->> 'measure' = 'NUMBER' and i ->> 'at_least' is null)")},
};

static const struct wl_check checks[] = {
    {"check_scheme_one", "kind"},
};

const struct wl_record network_check_scheme = {
    .name = "check_scheme",
    .path = "check_schemes",
    .object = "check_scheme",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .states = "draft published retired",
    .locked = "published retired",
    .sort = "-created_at",
    .title = "name edition",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};
