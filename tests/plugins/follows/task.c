/* 任务: nobody may make one by hand. */
#include "follows.h"

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "FT"},
    {"matter", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER, .of = "follows.matter"},
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"day", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"due_on", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("coalesce(v.day, core.today())"
                       " + core.setting(v.county, v.div, 'follows.task_days')::int")},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .max = 60},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action actions[] = {
    {.name = "finish", .from = "open", .to = "done", .permission = "update"},
};

static const struct wl_notice notices[] = {
    {.on = "create daily_check", .to = "@station_head", .text = "task_made"},
};

const struct wl_record task = {
    .name = "task",
    .path = "tasks",
    .object = "follow_task",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .notices = WL_ROWS(notices),
    .states = "open done dropped",
    .sort = "-created_at",
    .title = "no title",
    .verbs = "list get",
};
