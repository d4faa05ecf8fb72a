/* Who comes to activities: 报名 enrolment and 签到 attendance by name. Each name counts once, and
 * the activity keeps the number of names beside the number of heads. */
#include "station/methods/methods.h"

/* The activity's number of names follows its rows. */
#define NAMES(change)                                                                              \
    .record = "station.activity", .rows = WL_SQL("select t.activity as id"),                       \
    .set = WL_SQL("named_count = o.named_count " change)

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

static const struct wl_effect effects[] = {
    {.on = "create", NAMES("+ 1")},
    {.on = "strike", NAMES("- 1")},
};

const struct wl_record station_activity_attendance = {
    .name = "activity_attendance",
    .path = "activity_attendance",
    .object = "activity",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .effects = WL_ROWS(effects),
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
};

static const struct wl_guard enrol_guards[] = {
    {"activity", "activity_not_open",
     WL_SQL("exists (select from station.activity a where a.county = t.county"
            " and a.id = t.activity and (t.state <> 'enrolled' or a.state = 'published'))")},
};

static const struct wl_effect enrol_effects[] = {
    {.on = "attend",
     .record = "station.activity_attendance",
     .rows = WL_SQL("select t.activity, t.person, t.id::text as key")},
    {.on = "attend", NAMES("+ 1")},
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
