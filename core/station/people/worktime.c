/* 工时: whose minutes went into professional, administrative or training work. */
#include "station/people/people.h"

static const struct wl_field fields[] = {
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED},
    {"date", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"minutes", WL_INTEGER, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 1440},
    {"nature", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "WORK_NATURE"},
    {"about", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 80},
    {"note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 200},
};

static const struct wl_check checks[] = {
    {"worktime_minutes", "minutes"},
};

const struct wl_record station_worktime = {
    .name = "worktime",
    .path = "worktimes",
    .object = "worktime",
    .fields = WL_ROWS(fields),
    .checks = WL_ROWS(checks),
    .sort = "-date",
    .title = "staff date minutes",
    .verbs = "list get create patch delete restore import export",
    .retention_days = 90, /* [A]: a slip is found at the next month's report */
};
