/* 送医上门: a doctor of a partner clinic comes to the home, or the elder is brought there. What is
 * to be looked at again is asked for at once, as a visit of its own. */
#include "care.h"

#include <wulian/tags.h>

#define DUE                                                                                        \
    "timezone('Asia/Shanghai', v.wanted_on"                                                        \
    " + make_time(core.setting(v.county, v.div, 'elderly.doctor_due_hour')::int, 0, 0))"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.request"},
    {"follows", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .of = "elderly.doctor_visit"},
    {"complaint", WL_TEXT, WL_CLASS_3, .flags = WL_REQUIRED, .min = 2, .max = 500},
    {"wanted_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED},
    {"clinic_unit", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED, .of = "admin.org_unit"},
    {"clinic_venue", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED, .of = "station.venue"},
    {"clinic", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .min = 2, .max = 80},
    {"doctor", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .min = 2, .max = 30},
    {"way", WL_CHOICE, WL_CLASS_1, .flags = WL_LISTED, .of = "DOCTOR_WAY"},
    {"agreed_at", WL_TIME, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED},
    {"visited_at", WL_TIME, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL(DUE)},
    {"findings", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 2000},
    {"advice", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 1000},
    {"follow_up_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED},
    {"outcome", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    WL_MODEL_TAGS(0),
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"agree", "asked agreed", "agreed", "update",
     .input = "agreed_at! doctor! way! clinic_unit clinic_venue clinic"},
    {"visit", "agreed", "visited", "update", .input = "visited_at! findings! advice follow_up_on"},
    {"close", "visited", "closed", "update", .input = "outcome"},
    {"cancel", "asked agreed", "cancelled", "update", .input = "reason!"},
};

static const struct wl_guard guards[] = {
    {"clinic", "doctor_clinic",
     WL_SQL("t.state in ('asked', 'cancelled')"
            " or num_nonnulls(t.clinic_unit, t.clinic_venue, t.clinic) > 0")},
    {"follow_up_on", "doctor_follow_up",
     WL_SQL("t.follow_up_on is null"
            " or t.follow_up_on > (t.visited_at at time zone 'Asia/Shanghai')::date")},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "visited closed cancelled", .remind = "@station_head"},
};

static const struct wl_effect effects[] = {
    {.on = "visit",
     .when = WL_SQL("t.follow_up_on is not null"),
     .record = "elderly.doctor_visit",
     .rows = WL_SQL("select t.person, t.id as follows, t.complaint,"
                    " t.follow_up_on as wanted_on, t.clinic_unit, t.clinic_venue, t.clinic,"
                    " t.doctor, t.way")},
    {.on = "visit cancel",
     .when = WL_SQL("t.request is not null"),
     .record = "station.request",
     .rows = WL_SQL("select t.request as id"),
     .set = WL_SQL("work_done_at = now()")},
};

const struct wl_record doctor_visit = {
    .name = "doctor_visit",
    .path = "doctor_visits",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .guards = WL_ROWS(guards),
    .limits = WL_ROWS(limits),
    .effects = WL_ROWS(effects),
    .states = "asked agreed visited closed cancelled",
    .locked = "closed cancelled",
    .sort = "-created_at",
    .title = "person wanted_on",
    .person = "person",
    .origin = "request",
    .verbs = "list get create patch export",
};
