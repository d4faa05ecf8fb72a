/* 会议议题: what stands on an agenda. One that is about a station lies in its township, so that its
 * head sees it beside the county. A conclusion may hand out a task. */
#include "station/rhythm/rhythm.h"

static const struct wl_field fields[] = {
    {"meeting", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.meeting"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "AGENDA_KIND"},
    {"subject", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 200},
    {"amount", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .max = 1000000},
    {"source", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER, .max = 90},
    {"situation", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 1000},
    {"agenda_order", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_SORT},
    {"conclusion", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 1000},
    {"task", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"owner", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION},
    {"task_due", WL_DATE, WL_CLASS_1, .flags = WL_ACTION},
    {"concluded_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"conclude", "open", "concluded", "manage", .input = "conclusion! task owner task_due",
     .set = WL_SQL("concluded_at = now()")},
    {"carry", "open", "carried", "manage", .input = "conclusion",
     .set = WL_SQL("concluded_at = now()")},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "owner", "task", "*"},
    {WL_REQUIRED_IF, "task_due", "task", "*"},
    {WL_REQUIRED_IF, "task", "owner", "*"},
};

static const struct wl_effect effects[] = {
    {"conclude", .when = WL_SQL("t.task is not null"), .record = "station.action_item",
     .rows = WL_SQL("select 'task' as key, t.task as title, t.conclusion as content, t.meeting,"
                    " 'station.meeting_item:' || t.id as source, t.owner, t.task_due as due"
                    " from t")},
};

/* Once for a station and week, not for every item. */
static const struct wl_notice notices[] = {
    {.on = "dispatch_progress", .to = "@station_head", .text = "meeting_item.agenda"},
};

const struct wl_record station_meeting_item = {
    .name = "meeting_item",
    .path = "meeting_items",
    .object = "meeting",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .states = "open concluded carried",
    .locked = "concluded carried",
    .sort = "agenda_order",
    .title = "subject",
    .verbs = "list get create patch export",
};
