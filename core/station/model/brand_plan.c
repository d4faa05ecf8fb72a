/* 品牌计划: a name that residents know, goals over a period, and how far they were reached. The
 * activities of stations refer to it, so everybody at work in the county reads it. */
#include "station/model/model.h"

static const struct wl_field indicator[] = {
    {"name", WL_TEXT, .flags = WL_REQUIRED, .max = 60},
    {"unit", WL_TEXT, .max = 12},
    {"target", WL_INTEGER, .flags = WL_REQUIRED, .max = 100000000},
    {"done", WL_INTEGER, .max = 100000000},
};

static const struct wl_field fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE, .max = 60},
    {"services", WL_CHOICES, WL_CLASS_0, .flags = WL_LISTED, .of = "REQ_DOMAIN"},
    {"goals", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED, .max = 2000},
    {"starts_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_SORT},
    {"ends_on", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"indicators", WL_LIST, WL_CLASS_0, .max = 30, .items = WL_ROWS(indicator)},
    {"lead", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED},
    {"summary", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 4000},
    {"started_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"start", "draft", "running", "manage", .set = WL_SQL("started_at = now()")},
    {"close", "running", "closed", "manage", .input = "summary!",
     .set = WL_SQL("closed_at = now()")},
    {"reopen", "closed", "running", "manage", .set = WL_SQL("closed_at = null")},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "ends_on", "starts_on", NULL},
};

const struct wl_record station_brand_plan = {
    .name = "brand_plan",
    .path = "brand_plans",
    .object = "brand_plan",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .states = "draft running closed",
    .locked = "closed",
    .sort = "-created_at",
    .title = "name",
    .verbs = "list get create patch export",
    .flags = WL_PUBLISHED | WL_COUNTY_WIDE,
};
