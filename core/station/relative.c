/* 近亲属备案: residents who are near relatives of people who work here. Whoever is registered so may
 * not handle or decide on their own relative; that holds by rule, not by trust (domain book 3.4,
 * 6.3). Nobody ends an entry about themselves. */
#include "station/station.h"

static const struct wl_field fields[] = {
    {"account", WL_STAFF, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"relation", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .of = "FAMILY_REL"},
    {"since", WL_DATE, WL_CLASS_1, .flags = WL_LISTED | WL_NOT_FUTURE},
    {"basis", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 200},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"ended_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
};

static const struct wl_action actions[] = {
    {"end", "registered", "ended", "end", .input = "reason!", .never = "account",
     .set = WL_SQL("ended_at = now()")},
};

static const struct wl_check checks[] = {
    {"near_relative_once", "person"},
};

const struct wl_record station_near_relative = {
    .name = "near_relative",
    .path = "near_relatives",
    .object = "relative",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "registered ended",
    .locked = "ended",
    .sort = "-created_at",
    .person = "person",
    .verbs = "list get create patch",
};
