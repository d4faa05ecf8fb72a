/* 人才计划: how many professionals, certificates, local workers and volunteers a place wants by the
 * end of a year. Progress is counted (see the route), but for what is kept elsewhere. */
#include "station/people/people.h"

static const struct wl_field fields[] = {
    {"year", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .min = 2000,
     .max = 2100},
    {"measure", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "TALENT_MEASURE"},
    {"target", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 1000000},
    {"action_text", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 500},
    {"done", WL_INTEGER, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED, .min = 0, .max = 1000000},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
};

static const struct wl_action actions[] = {
    {"approve", "draft", "approved", "approve", .input = NULL},
    {"report", "approved", "approved", "update", .input = "done!",
     .guard = WL_SQL("t.measure = 'VOLUNTEER'"), .refusal = "talent_counted"},
    {"close", "approved", "closed", "approve", .input = "reason"},
};

static const struct wl_check checks[] = {
    {"talent_plan_once", "measure"},
    {"talent_plan_target", "target"},
};

const struct wl_record station_talent_plan = {
    .name = "talent_plan",
    .path = "talent_plans",
    .object = "talent",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "draft approved closed",
    .locked = "approved closed",
    .sort = "-created_at",
    .title = "year measure target",
    .verbs = "list get create patch export",
};
