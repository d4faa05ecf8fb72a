/* 服务场地: where services take place besides the stations: day-care centres, rural happiness homes,
 * children's homes, schools, cultural stations, canteens. */
#include "station/network/network.h"

static const struct wl_field fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 60},
    {"type", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "VENUE_TYPE"},
    {"unit", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED, .of = "admin.org_unit"},
    {"address", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 120},
    {"capacity", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 1, .max = 100000},
    {"manager", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {"phone", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .min = 3, .max = 20},
    {"open_mode", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "SERVICE_MODE"},
    {"lng", WL_DECIMAL, WL_CLASS_0, .flags = 0, .min = -180000000, .max = 180000000, .scale = 6},
    {"lat", WL_DECIMAL, WL_CLASS_0, .flags = 0, .min = -90000000, .max = 90000000, .scale = 6},
    {"photo", WL_FILE, WL_CLASS_0, .flags = 0, .of = "image"},
    {"closed_on", WL_DATE, WL_CLASS_0, .flags = WL_NOT_FUTURE},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "lat", "lng", "*"},
    {WL_REQUIRED_IF, "lng", "lat", "*"},
};

const struct wl_record network_venue = {
    .name = "venue",
    .path = "venues",
    .object = "venue",
    .fields = WL_ROWS(fields),
    .rules = WL_ROWS(rules),
    .sort = "-created_at",
    .title = "name type",
    .verbs = "list get create patch import export",
    .flags = WL_PUBLISHED,
};
