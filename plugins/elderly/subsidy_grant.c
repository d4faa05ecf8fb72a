/* 老年人补贴: one kind for one person and month. How much is the county's parameter of that month,
 * never anybody's input; whoever proposes it, the clock too, is not who confirms it. */
#include "care.h"

/* What the person may get of the kind for the month. */
#define CLAIM(row)                                                                                 \
    "elderly.subsidy_fen(" row ".county, " row ".kind, " row ".person, " row ".month)"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"kind", WL_CHOICE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "ELDER_SUBSIDY"},
    {"month", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED | WL_NOT_FUTURE},
    {"amount_fen", WL_MONEY, WL_CLASS_2, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL(CLAIM("v"))},
    {"basis", WL_TEXT, WL_CLASS_2, .flags = WL_LISTED, .max = 200},
    {"proposed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"confirmed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"confirmed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"paid_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"paid_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"voucher", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 60},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* Confirmed is what the parameter says by then: a county may have set it after the proposal. */
static const struct wl_action actions[] = {
    {"confirm", "proposed", "confirmed", "decide", .never = "proposed_by",
     .set = WL_SQL("amount_fen = " CLAIM("t") ", confirmed_by = core.actor(),"
                                              " confirmed_at = now()"),
     .flags = WL_NOT_RELATIVE},
    {"pay", "confirmed", "paid", "settle", .input = "paid_on! voucher!", .never = "confirmed_by",
     .set = WL_SQL("paid_by = core.actor()"), .flags = WL_NOT_RELATIVE},
    {"drop", "proposed confirmed", "dropped", "decide", .input = "reason!"},
};

static const struct wl_guard guards[] = {
    {"kind", "subsidy_no_claim", WL_SQL("t.state = 'dropped' or " CLAIM("t") " > 0")},
};

static const struct wl_check checks[] = {
    {"subsidy_grant_once", "kind"},
    {"subsidy_grant_month", "month"},
    {"subsidy_grant_amount", "kind"},
};

const struct wl_record subsidy_grant = {
    .name = "subsidy_grant",
    .path = "subsidy_grants",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .states = "proposed confirmed paid dropped",
    .locked = "confirmed paid dropped",
    .sort = "-month",
    .title = "person kind month",
    .person = "person",
    .verbs = "list get create patch export",
};
