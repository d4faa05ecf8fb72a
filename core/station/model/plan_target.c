/* 规划指标: a figure of a five-year plan with its target and its actual value year by year. How far
 * it has come is reckoned from the last year that has a value. */
#include "station/model/model.h"

static const struct wl_field year[] = {
    {"year", WL_INTEGER, .flags = WL_REQUIRED, .min = 2000, .max = 2100},
    {"target", WL_DECIMAL, .flags = WL_REQUIRED, .scale = 2},
    {"actual", WL_DECIMAL, .flags = 0, .scale = 2},
    {"note", WL_TEXT, .max = 200},
};

static const struct wl_field fields[] = {
    {"plan", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .max = 60},
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 80},
    {"unit", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 12},
    {"trend", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "TREND"},
    {"baseline", WL_DECIMAL, WL_CLASS_0, .flags = WL_LISTED, .scale = 2},
    {"goal", WL_DECIMAL, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .scale = 2},
    {"first_year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED, .min = 2000, .max = 2100},
    {"last_year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2000,
     .max = 2100},
    {"years", WL_LIST, WL_CLASS_0, .flags = 0, .max = 20, .items = WL_ROWS(year)},
    {"actual", WL_DECIMAL, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED, .scale = 2},
    {"actual_year", WL_INTEGER, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"on_track", WL_BOOL, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"progress", WL_DECIMAL, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED, .scale = 1},
    {"lead", WL_STAFF, WL_CLASS_1, .flags = 0},
    {"note", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 1000},
};

static const struct wl_check checks[] = {
    {"plan_target_name", "name"},
    {"plan_target_span", "last_year"},
};

const struct wl_record station_plan_target = {
    .name = "plan_target",
    .path = "plan_targets",
    .object = "plan",
    .fields = WL_ROWS(fields),
    .checks = WL_ROWS(checks),
    .sort = "-created_at",
    .title = "name",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};
