/* 模式版本 and 经验与改进: the model as the county works by it, and what practice taught: found by
 * whoever serves, planned, done, and taken into the next version. */
#include "station/model/model.h"

static const struct wl_field version_fields[] = {
    {"number", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE, .max = 20},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"content", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED, .max = 20000},
    {"changes", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 4000},
    {"basis", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"effective_on", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"published_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action version_actions[] = {
    {"publish", "draft", "current", "manage", .set = WL_SQL("published_at = now()")},
};

static const struct wl_effect version_effects[] = {
    {"publish", .record = "station.model_version",
     .rows = WL_SQL("select m.id from t join station.model_version m on m.county = t.county"
                    " and m.id <> t.id and m.state = 'current' and m.deleted_at is null"),
     .set = WL_SQL("state = 'superseded'")},
};

const struct wl_record station_model_version = {
    .name = "model_version",
    .path = "model_versions",
    .object = "model",
    .fields = WL_ROWS(version_fields),
    .actions = WL_ROWS(version_actions),
    .effects = WL_ROWS(version_effects),
    .states = "draft current superseded",
    .locked = "current superseded",
    .sort = "-created_at",
    .title = "number title",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};

static const struct wl_field fields[] = {
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "LESSON_KIND"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"content", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED, .max = 4000},
    {"source", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"version_of", WL_REFERENCE, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED | WL_FILTER,
     .of = "station.model_version"},
    {"plan", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 2000},
    {"owner", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_FILTER},
    {"due", WL_DATE, WL_CLASS_0, .flags = WL_ACTION | WL_LISTED},
    {"due_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"result", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 2000},
    {"planned_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED},
    {"done_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"plan", "found", "planned", "manage", .input = "plan! owner! due!",
     .set = WL_SQL("planned_at = now()")},
    {"finish", "planned", "done", "finish", .input = "result! version_of", .only = "owner",
     .set = WL_SQL("done_at = now()")},
    {"drop", "found planned", "dropped", "manage", .input = "reason!"},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "found done dropped", .staff = "owner", .remind = "owner"},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@county_section", .text = "lesson.found"},
    {.on = "plan", .to = "owner", .text = "lesson.planned"},
};

const struct wl_record station_lesson = {
    .name = "lesson",
    .path = "lessons",
    .object = "lesson",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "found planned done dropped",
    .locked = "done dropped",
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};
