/* 值班转接: a call is passed on to whoever is on duty at the station of the place. Nobody chooses:
 * the roster says who is next, and when nobody is left the call is the hotline's again. */
#include "station/intake/intake.h"

#define NEXT "station.duty_next(v.county, v.call, v.div)"

static const struct wl_field fields[] = {
    {"call", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.call_log"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED, .of = "station.request"},
    {"target", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .of = "DUTY_TARGET",
     .compute = WL_SQL("case when " NEXT " is null then 'HOTLINE' else 'STATION' end")},
    {"roster", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "station.roster",
     .compute = WL_SQL(NEXT)},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("(select r.staff from station.roster r where r.county = v.county"
                       " and r.id = " NEXT ")")},
    {"phone", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("station.duty_phone(v.county, " NEXT ", v.div)")},
    {"forwarded_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT,
     .compute = WL_SQL("now()")},
    {"answered_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"answered", "ringing", "answered", "forward", .input = "note",
     .set = WL_SQL("answered_at = now()")},
    {"unanswered", "ringing", "unanswered", "forward", .input = "note",
     .guard = WL_SQL("t.target = 'STATION'"), .refusal = "forward_at_hotline"},
};

/* Nobody answered: it rings at the next, or at the hotline. */
static const struct wl_effect effects[] = {
    {.on = "unanswered",
     .record = "station.duty_forward",
     .rows = WL_SQL("select t.call, t.request")},
};

static const struct wl_notice notices[] = {
    {"create", "staff", "duty_forwarded", .when = WL_SQL("t.staff is not null")},
};

const struct wl_record station_duty_forward = {
    .name = "duty_forward",
    .path = "duty_forwards",
    .object = "call",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .states = "ringing answered unanswered",
    .locked = "answered unanswered",
    .sort = "-forwarded_at",
    .title = "target forwarded_at",
    .verbs = "list get create",
};
