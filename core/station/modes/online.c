/* 线上群 and their meetings: while gatherings stand still, workers lead residents online by what
 * they like (P06). */
#include "station/modes/modes.h"

static const struct wl_field group_fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 60},
    {"theme", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "GROUP_THEME"},
    {"platform", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "GROUP_PLATFORM"},
    {"host", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"incident", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER,
     .of = "station.incident"},
    {"mode_switch", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED, .of = "station.mode_switch"},
    {"members", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 0, .max = 100000},
    {"workers", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 10000},
    {"opened_on", WL_DATE, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"note", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 500},
    {"closed_on", WL_DATE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action group_actions[] = {
    {"close", "running", "closed", "update", .input = "reason!",
     .set = WL_SQL("closed_on = core.today()")},
};

const struct wl_record station_online_group = {
    .name = "online_group",
    .path = "online_groups",
    .object = "online_group",
    .fields = WL_ROWS(group_fields),
    .actions = WL_ROWS(group_actions),
    .states = "running closed",
    .locked = "closed",
    .sort = "-opened_on",
    .title = "name theme",
    .verbs = "list get create patch",
    .flags = WL_PUBLISHED,
};

static const struct wl_field fields[] = {
    {"online_group", WL_REFERENCE, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.online_group"},
    {"topic", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"held_at", WL_TIME, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"minutes", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 1440},
    {"heads", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 0, .max = 100000},
    {"content", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 2000},
};

const struct wl_record station_online_session = {
    .name = "online_session",
    .path = "online_sessions",
    .object = "online_group",
    .fields = WL_ROWS(fields),
    .sort = "-held_at",
    .title = "online_group topic",
    .person = "online_group",
    .verbs = "list get create patch",
};
