/* 日间照料签到: who came to a day-care centre, a rural happiness home or an elder-care complex,
 * from when to when, and what they did there. Nobody is taken in while reception is suspended. */
#include "venue.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"venue", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.venue"},
    {"came_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"day", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"left_at", WL_TIME, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"meals", WL_CHOICES, WL_CLASS_1, .flags = WL_LISTED, .of = "MEAL"},
    {"doings", WL_CHOICES, WL_CLASS_1, .flags = WL_LISTED, .of = "DAYCARE_DOING"},
    {"service_how", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "SERVICE_HOW",
     .compute = WL_SQL("core.service_how(v.county, v.div, 'DAYCARE', v.venue, v.came_at)")},
    {"wellbeing", WL_CHOICE, WL_CLASS_3, .flags = WL_ACTION, .of = "WELLBEING"},
    {"fetched_by", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 60},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"leave", "present", "left", "update", .input = "left_at! wellbeing fetched_by"},
    {"strike", "present left", "struck", "update", .input = "reason!"},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "left_at", "came_at", NULL},
};

static const struct wl_check checks[] = {
    {"venue_attendance_in", "person"},
    {"venue_attendance_same_day", "left_at"},
};

static const struct wl_guard guards[] = {
    {"venue", "attendance_venue", WL_SQL(VENUE_IS(DAYCARE_VENUES, DAY_OF("t.came_at")))},
    {"came_at", "daycare_suspended",
     WL_SQL("t.state <> 'present' or"
            " core.service_how(t.county, t.div, 'DAYCARE', t.venue, t.came_at) <> 'SUSPEND'")},
};

static const struct wl_guard_text guard_texts[] = {
    {"daycare_suspended",
     WL_SQL("core.service_told(t.county, t.div, 'DAYCARE', t.venue, t.came_at)")},
};

const struct wl_record venue_attendance = {
    .name = "venue_attendance",
    .path = "venue_attendance",
    .object = "elder_venue",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .guard_texts = WL_ROWS(guard_texts),
    .states = "present left struck",
    .locked = "struck",
    .sort = "-came_at",
    .title = "person venue day",
    .person = "venue",
    .verbs = "list get create patch import export",
};
