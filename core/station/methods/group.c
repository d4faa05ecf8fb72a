/* 小组: its plan and stages (MZ/T 095-2017), its members, sessions, and who came to each. */
#include "station/methods/methods.h"

#include <wulian/tags.h>
#include "station/modes/booking.h"

static const struct wl_field group_fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "GW"},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"type", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "GROUP_TYPE"},
    {"theme", WL_CHOICE, WL_CLASS_0, .flags = WL_LISTED, .of = "GROUP_THEME"},
    {"goals", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED, .max = 2000},
    {"leader", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"helper", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED},
    {"brand_plan", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER,
     .of = "station.brand_plan"},
    {"place", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"form", WL_CHOICE, WL_CLASS_0, .flags = WL_LISTED, .of = "SERVICE_FORM"},
    {"plan_members", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1,
     .max = 200},
    {"plan_sessions", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1,
     .max = 200},
    {"begins_on", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"formed_on", WL_DATE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"ended_on", WL_DATE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"summary", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 4000},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    WL_MODEL_TAGS(WL_REQUIRED | WL_FILTER),
    MODE_EFFECT("v.form = 'ONLINE'", "'GROUP_WORK', null, now()"),
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_guard_text group_texts[] = {
    MODE_TELLS("'GROUP_WORK', null, now()"),
};

static const struct wl_guard group_guards[] = {
    MODE_GUARD("form", "coalesce(t.form = 'ONLINE', false) or t.state not in ('prepare', 'form')",
               "'GROUP_WORK', null, now()"),
};

/* How many typical groups have is no law: a county that thinks otherwise says so in its parameters.
 */
#define ENOUGH(rows, more, key)                                                                    \
    "(select count(*) from " rows " x where x.county = t.county and x.group_work = t.id"           \
    " and x.deleted_at is null" more ") >= core.param(t.county, '" key "')::int"

static const struct wl_action group_actions[] = {
    {"form", "prepare", "form", "advance", .only = "leader",
     .set = WL_SQL("formed_on = core.today()"),
     .guard = WL_SQL(ENOUGH("station.group_member", " and x.left_on is null",
                            "group_work.members_least")),
     .refusal = "group_too_few_members"},
    {"turn", "form", "turn", "advance", .only = "leader"},
    {"mature", "turn", "mature", "advance", .only = "leader"},
    {"part", "mature", "ending", "advance", .only = "leader"},
    {"finish", "ending", "ended", "advance", .input = "summary!", .only = "leader",
     .set = WL_SQL("ended_on = core.today()"),
     .guard = WL_SQL(ENOUGH("station.group_session", "", "group_work.sessions_least")),
     .refusal = "group_too_few_sessions"},
    {"cancel", "prepare form turn mature", "cancelled", "advance", .input = "reason!",
     .set = WL_SQL("ended_on = core.today()")},
};

const struct wl_record station_group_work = {
    .name = "group_work",
    .path = "groups",
    .object = "group_work",
    .fields = WL_ROWS(group_fields),
    .actions = WL_ROWS(group_actions),
    .guards = WL_ROWS(group_guards),
    .guard_texts = WL_ROWS(group_texts),
    .states = "prepare form turn mature ending ended cancelled",
    .locked = "ended cancelled",
    .sort = "-created_at",
    .title = "no title",
    .verbs = "list get create patch export",
};

static const struct wl_field member_fields[] = {
    {"group_work", WL_REFERENCE, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.group_work"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"joined_on", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"left_on", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
};

static const struct wl_check member_checks[] = {
    {"group_member_once", "person"},
};

static const struct wl_rule member_rules[] = {
    {WL_NOT_BEFORE, "left_on", "joined_on", NULL},
};

static const struct wl_guard member_guards[] = {
    {"group_work", "group_ended",
     WL_SQL("exists (select from station.group_work g where g.county = t.county"
            " and g.id = t.group_work and g.state not in ('ended', 'cancelled'))")},
    {"group_work", "group_full",
     WL_SQL("t.left_on is not null or (select count(*) from station.group_member m"
            " where m.county = t.county and m.group_work = t.group_work and m.id <> t.id"
            " and m.left_on is null and m.deleted_at is null)"
            " < core.param(t.county, 'group_work.members_most')::int")},
};

const struct wl_record station_group_member = {
    .name = "group_member",
    .path = "group_members",
    .object = "group_work",
    .fields = WL_ROWS(member_fields),
    .checks = WL_ROWS(member_checks),
    .rules = WL_ROWS(member_rules),
    .guards = WL_ROWS(member_guards),
    .sort = "-created_at",
    .title = "group_work person",
    .person = "person",
    .verbs = "list get create patch",
};

static const struct wl_field session_fields[] = {
    {"group_work", WL_REFERENCE, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "station.group_work"},
    {"session_no", WL_INTEGER, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 500},
    {"stage", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "GROUP_STAGE"},
    {"held_at", WL_TIME, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"place", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .max = 100},
    {"minutes", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .min = 1, .max = 1440},
    {"content", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED, .max = 8000},
    {"reflection", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 4000},
};

static const struct wl_check session_checks[] = {
    {"group_session_no", "session_no"},
};

const struct wl_record station_group_session = {
    .name = "group_session",
    .path = "group_sessions",
    .object = "group_work",
    .fields = WL_ROWS(session_fields),
    .checks = WL_ROWS(session_checks),
    .sort = "-held_at",
    .title = "group_work session_no",
    .verbs = "list get create patch",
};

static const struct wl_field attendance_fields[] = {
    {"session", WL_REFERENCE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.group_session"},
    {"member", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.group_member"},
    {"present", WL_BOOL, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
};

static const struct wl_check attendance_checks[] = {
    {"group_attendance_once", "member"},
};

static const struct wl_guard attendance_guards[] = {
    {"member", "not_of_group",
     WL_SQL("exists (select from station.group_session s join station.group_member m"
            " on m.county = s.county and m.group_work = s.group_work"
            " where s.county = t.county and s.id = t.session and m.id = t.member)")},
};

const struct wl_record station_group_attendance = {
    .name = "group_attendance",
    .path = "group_attendance",
    .object = "group_work",
    .fields = WL_ROWS(attendance_fields),
    .checks = WL_ROWS(attendance_checks),
    .guards = WL_ROWS(attendance_guards),
    .sort = "-created_at",
    .title = "session member",
    .verbs = "list get create patch",
};
