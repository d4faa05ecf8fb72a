/* 领导小组: who leads the stations together, headed by one; its members vote on major matters. */
#include "station/rhythm/rhythm.h"

static const struct wl_field fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE, .max = 60},
    {"duties", WL_TEXT, WL_CLASS_0, .max = 2000},
    {"basis", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"founded_on", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"dissolve", "active", "dissolved", "manage", .input = "reason!"},
};

const struct wl_record station_committee = {
    .name = "committee",
    .path = "committees",
    .object = "committee",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .states = "active dissolved",
    .locked = "dissolved",
    .sort = "-created_at",
    .title = "name",
    .verbs = "list get create patch",
};

static const struct wl_field member_fields[] = {
    {"committee", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.committee"},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED},
    {"seat", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "COMMITTEE_SEAT"},
    {"duty", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"since", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"left_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action member_actions[] = {
    {"leave", "serving", "left", "manage", .input = "reason", .set = WL_SQL("left_at = now()")},
};

static const struct wl_check member_checks[] = {
    {"committee_member_once", "staff"},
    {"committee_member_head", "seat"},
};

const struct wl_record station_committee_member = {
    .name = "committee_member",
    .path = "committee_members",
    .object = "committee",
    .fields = WL_ROWS(member_fields),
    .actions = WL_ROWS(member_actions),
    .checks = WL_ROWS(member_checks),
    .states = "serving left",
    .locked = "left",
    .sort = "-created_at",
    .title = "staff seat",
    .verbs = "list get create patch",
};
