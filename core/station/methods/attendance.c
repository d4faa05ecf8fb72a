/* Who comes to activities: 报名 enrolment and 签到 attendance by name. Each name counts once, and
 * the activity keeps the number of names beside the number of heads. */
#include "station/methods/methods.h"

static const struct wl_field fields[] = {
    {"activity", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.activity"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"as_volunteer", WL_BOOL, WL_CLASS_1, .flags = WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
};

static const struct wl_action actions[] = {
    {"strike", "present", "struck", "enrol", .input = "reason!"},
};

static const struct wl_check checks[] = {
    {"activity_attendance_once", "person"},
};

/* Names are added until the summary is written, and never more than the heads that were counted. */
#define TAKES_NAMES                                                                                \
    "exists (select from station.activity a where a.county = t.county and a.id = t.activity"       \
    " and a.state in ('approved', 'published', 'held'))"
#define HAS_HEADS_LEFT                                                                             \
    "(select a.actual_count is null or a.actual_count >"                                           \
    " (select count(*) from station.activity_attendance h where h.county = a.county"               \
    " and h.activity = a.id and h.id <> t.id and h.state = 'present' and h.deleted_at is null)"    \
    " from station.activity a where a.county = t.county and a.id = t.activity)"

static const struct wl_guard guards[] = {
    {"activity", "activity_names_closed", WL_SQL("t.state <> 'present' or " TAKES_NAMES)},
    {"activity", "activity_more_names", WL_SQL("t.state <> 'present' or " HAS_HEADS_LEFT)},
};

const struct wl_record station_activity_attendance = {
    .name = "activity_attendance",
    .path = "activity_attendance",
    .object = "activity",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .states = "present struck",
    .locked = "struck",
    .sort = "-created_at",
    .title = "activity person",
    .person = "person",
    .verbs = "list get create",
};

static const struct wl_field enrol_fields[] = {
    {"activity", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.activity"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 200},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
};

static const struct wl_action enrol_actions[] = {
    {"attend", "enrolled", "attended", "enrol", .input = NULL},
    {"cancel", "enrolled", "cancelled", "enrol", .input = "reason"},
};

static const struct wl_check enrol_checks[] = {
    {"activity_enrol_once", "person"},
    {"activity_attendance_once", "person"},
};

/* To attend is to be written down by name, on the same conditions. */
static const struct wl_guard enrol_guards[] = {
    {"activity", "activity_not_open",
     WL_SQL("exists (select from station.activity a where a.county = t.county"
            " and a.id = t.activity and (t.state <> 'enrolled' or a.state = 'published'))")},
    {"activity", "activity_names_closed", WL_SQL("t.state <> 'attended' or " TAKES_NAMES)},
    {"activity", "activity_more_names", WL_SQL("t.state <> 'attended' or " HAS_HEADS_LEFT)},
};

static const struct wl_effect enrol_effects[] = {
    {.on = "attend",
     .record = "station.activity_attendance",
     .rows = WL_SQL("select t.activity, t.person, t.id::text as key")},
};

const struct wl_record station_activity_enrol = {
    .name = "activity_enrol",
    .path = "activity_enrols",
    .object = "activity",
    .fields = WL_ROWS(enrol_fields),
    .actions = WL_ROWS(enrol_actions),
    .checks = WL_ROWS(enrol_checks),
    .guards = WL_ROWS(enrol_guards),
    .effects = WL_ROWS(enrol_effects),
    .states = "enrolled attended cancelled",
    .locked = "attended cancelled",
    .sort = "-created_at",
    .title = "activity person",
    .person = "person",
    .verbs = "list get create patch",
};
