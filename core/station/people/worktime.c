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

/* Nobody works more than a day a day. */
static const struct wl_guard guards[] = {
    {"minutes", "worktime_day",
     WL_SQL("t.minutes + coalesce((select sum(w.minutes) from station.worktime w"
            " where w.county = t.county and w.staff = t.staff and w.date = t.date and w.id <> t.id"
            " and w.deleted_at is null), 0) <= 1440")},
};

static const struct wl_check checks[] = {
    {"worktime_minutes", "minutes"},
};

const struct wl_record station_worktime = {
    .name = "worktime",
    .path = "worktimes",
    .object = "worktime",
    .fields = WL_ROWS(fields),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .sort = "-date",
    .title = "staff date minutes",
    .verbs = "list get create patch delete restore import export",
    .retention_days = 90, /* [A]: a slip is found at the next month's report */
};
