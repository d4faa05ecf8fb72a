/* 排班: who is on duty when. Whoever is named comes and goes by their own sign at the door; a shift
 * changes hands only with the other's consent, and nobody is on two shifts at a time. */
#include "station/people/people.h"

static const struct wl_field fields[] = {
    /* another day is another shift: what was raised about either follows who comes and goes */
    {"date", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"shift", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ROSTER_SHIFT"},
    {"starts", WL_CLOCK, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"ends", WL_CLOCK, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"turn", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 20},
    {"phone", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .min = 3, .max = 20},
    {"from_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"to_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"swap_with", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"actual_in", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"actual_out", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action actions[] = {
    {"check_in", "planned", "on_duty", "attend", .only = "staff",
     .set = WL_SQL("actual_in = now()"),
     .guard = WL_SQL("now() >= t.from_at - interval '2 hours' and now() < t.to_at"),
     .refusal = "roster_not_now"},
    {"check_out", "on_duty", "off_duty", "attend", .only = "staff",
     .set = WL_SQL("actual_out = now()")},
    {"swap_ask", "planned", "swapping", "attend", .input = "swap_with! reason", .only = "staff",
     .guard = WL_SQL("t.from_at > now()"), .refusal = "roster_begun"},
    {"swap_agree", "swapping", "planned", "attend", .only = "swap_with",
     .set = WL_SQL("staff = t.swap_with, swap_with = null"), .guard = WL_SQL("t.from_at > now()"),
     .refusal = "roster_begun"},
    {"swap_refuse", "swapping", "planned", "attend", .only = "swap_with",
     .set = WL_SQL("swap_with = null")},
    {"swap_withdraw", "swapping", "planned", "attend", .only = "staff",
     .set = WL_SQL("swap_with = null")},
    {"absent", "planned swapping", "absent", "manage", .input = "reason!",
     .guard = WL_SQL("t.from_at <= now()"), .refusal = "roster_not_begun"},
    {"cancel", "planned swapping", "cancelled", "manage", .input = "reason!"},
};

/* Somebody for the day: what was raised about it is settled. */
static const struct wl_effect effects[] = {
    {.on = "create",
     .record = "station.duty_gap",
     .rows = WL_SQL("select g.id from station.duty_gap g where g.county = t.county"
                    " and g.org = t.org and g.date = t.date and g.kind = 'HOLE'"
                    " and g.state = 'open' and g.deleted_at is null"),
     .set = WL_SQL("state = 'filled'")},
};

static const struct wl_notice notices[] = {
    {"swap_ask", "swap_with", .text = "roster.swap_asked"},
    {"swap_agree", "staff @station_head", .text = "roster.swap_agreed"},
};

static const struct wl_check checks[] = {
    {"roster_overlap", "staff"},
    {"roster_swap", "swap_with"},
};

const struct wl_record station_roster = {
    .name = "roster",
    .path = "rosters",
    .object = "roster",
    .fields = WL_ROWS(fields),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "planned swapping on_duty off_duty absent cancelled",
    .locked = "on_duty off_duty absent cancelled",
    .sort = "-date",
    .title = "date shift staff",
    .verbs = "list get create patch import export",
};
