/* 周期任务: what is due by the calendar at a station or in the county: reports, checks, training,
 * campaigns. Whoever sits at its place and may, does it. */
#include "station/rhythm/rhythm.h"

static const struct wl_field fields[] = {
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "TASK_KIND"},
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"period", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .max = 10},
    {"starts_on", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"due", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 1000},
    {"evidence", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .max = 20971520,
     .of = "pdf image office"},
    {"done_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"done_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"finish", "open", "done", "finish", .input = "note evidence",
     .set = WL_SQL("done_by = core.actor(), done_at = now()")},
    {"waive", "open", "waived", "waive", .input = "note!"},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "done waived", .remind = "@station_head @county_section"},
};

static const struct wl_check checks[] = {
    {"task_once", "period"},
    {"task_dates", "starts_on"},
};

const struct wl_record station_task = {
    .name = "task",
    .path = "tasks",
    .object = "task",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .limits = WL_ROWS(limits),
    .states = "open done waived",
    .locked = "done waived",
    .sort = "due_at",
    .title = "title period",
    .verbs = "list get create patch export",
};
