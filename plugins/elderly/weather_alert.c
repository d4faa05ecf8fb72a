/* 天气预警: while one stands over a township its couriers leave only with a word on how they stay safe
 * (E04); meals go on. */
#include "meals.h"

static const struct wl_field fields[] = {
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "WEATHER"},
    {"level", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "WEATHER_LEVEL"},
    {"starts_at", WL_TIME, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"ends_at", WL_TIME, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"advice", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 4, .max = 300},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "ends_at", "starts_at", NULL},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@station_head @social_worker", .text = "weather_alert.issued"},
};

const struct wl_record weather_alert = {
    .name = "weather_alert",
    .path = "weather_alerts",
    .object = "weather",
    .fields = WL_ROWS(fields),
    .rules = WL_ROWS(rules),
    .notices = WL_ROWS(notices),
    .sort = "-starts_at",
    .title = "kind level",
    .verbs = "list get create patch",
};
