/* 场地服务记录: what was done for elders at a home-care centre, a home for the aged or a welfare
 * centre, by whom and for how many. */
#include "venue.h"

#include <wulian/tags.h>

static const struct wl_field fields[] = {
    {"venue", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.venue"},
    {"served_at", WL_TIME, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"minutes", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 1, .max = 1440},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "VENUE_SERVICE"},
    {"worker", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"heads", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 10000},
    {"content", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED, .min = 2, .max = 1000},
    {"partner", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    WL_MODEL_TAGS(WL_FILTER),
};

static const struct wl_guard guards[] = {
    {"venue", "log_venue", WL_SQL(VENUE_IS(ELDER_VENUES, DAY_OF("t.served_at")))},
};

const struct wl_record venue_log = {
    .name = "venue_log",
    .path = "venue_logs",
    .object = "elder_venue",
    .fields = WL_ROWS(fields),
    .guards = WL_ROWS(guards),
    .sort = "-served_at",
    .title = "venue kind served_at",
    .person = "venue",
    .verbs = "list get create patch import export",
};
