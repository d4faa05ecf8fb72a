/* 探访 */
#include "station/station.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "VISIT_KIND"},
    {"visited_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"minutes", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 1440},
    {"result", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .of = "VISIT_RESULT"},
    {"risk", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 2000},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = 0, .of = "station.request"},
};

const struct wl_record station_visit = {
    .name = "visit",
    .path = "visits",
    .object = "visit",
    .fields = WL_ROWS(fields),
    .sort = "-visited_at",
    .title = "person visited_at",
    .person = "person",
    .verbs = "list get create patch export",
};
