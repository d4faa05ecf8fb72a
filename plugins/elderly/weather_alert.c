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

/* Routes that are to go while it stands say so; what holds when they leave is seen again then. */
static const struct wl_effect effects[] = {
    {.on = "create",
     .record = "elderly.meal_route",
     .rows = WL_SQL("select r.id, elderly.weather_at(r.county, r.div,"
                    "           greatest(r.starts_at, t.starts_at)) as weather_alert"
                    "  from elderly.meal_route r where r.county = t.county"
                    "   and r.township = t.township and r.state = 'planned'"
                    "   and r.starts_at < t.ends_at and r.ends_at > t.starts_at"
                    "   and r.deleted_at is null"),
     .set = WL_SQL("weather_alert = s.weather_alert")},
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
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .sort = "-starts_at",
    .title = "kind level",
    .verbs = "list get create patch",
};
