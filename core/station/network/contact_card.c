/* 公开联系卡: a worker introduces herself by name, so that people know whom to turn to. Nobody
 * publishes it but herself; whoever answers for the station may take it down. */
#include "station/network/network.h"

static const struct wl_field fields[] = {
    {"account", WL_STAFF, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED},
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "admin.org_unit"},
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 60},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 40},
    {"place", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .compute = WL_SQL("v.div / 1000")},
    {"phone", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 3, .max = 20},
    {"hours", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 60},
    {"languages", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 60},
    {"intro", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 300},
    {"photo", WL_FILE, WL_CLASS_0, .flags = 0, .of = "image"},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"publish", "draft withdrawn", "published", "publish", .only = "account"},
    {"withdraw", "published", "withdrawn", "withdraw", .input = NULL},
};

static const struct wl_check checks[] = {
    {"contact_card_once", "account"},
};

const struct wl_record network_contact_card = {
    .name = "contact_card",
    .path = "contact_cards",
    .object = "contact_card",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "draft published withdrawn",
    .locked = "published",
    .sort = "-created_at",
    .title = "name title",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};
