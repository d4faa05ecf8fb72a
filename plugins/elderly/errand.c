/* 代办: buying medicine or food, paying a bill, going along to the doctor. An errand settles only
 * with a receipt and when advance = spent + returned; the table itself holds that. */
#include "elderly.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.request"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "ERRAND"},
    {"items", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 500},
    {"drug_note", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 500},
    {"service_how", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "SERVICE_HOW",
     .compute = WL_SQL("core.service_how(v.county, v.div, 'ERRAND')")},
    {"courier", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"advance_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"spent_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"returned_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"receipt", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 60},
    {"handed_to", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 60},
    {"wellbeing", WL_CHOICE, WL_CLASS_3, .flags = WL_ACTION, .of = "WELLBEING"},
    {"other_need", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"accepted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"purchased_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"delivered_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"settled_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"accept", "requested", "accepted", "deliver",
     .set = WL_SQL("courier = core.actor(), accepted_at = now(),"
                   " service_how = core.service_how(t.county, t.div, 'ERRAND')")},
    {"purchase", "accepted", "purchased", "deliver", .input = "advance_fen! spent_fen! receipt!",
     .only = "courier", .set = WL_SQL("purchased_at = now()")},
    {"deliver", "purchased", "delivered", "deliver", .input = "wellbeing! handed_to! other_need",
     .only = "courier", .set = WL_SQL("delivered_at = now()")},
    {"settle", "delivered", "settled", "settle", .input = "returned_fen!",
     .set = WL_SQL("settled_at = now()"), .flags = WL_NOT_RELATIVE},
    {"cancel", "requested accepted", "cancelled", "deliver", .input = "reason!"},
    {"dispute", "purchased delivered", "disputed", "deliver", .input = "reason!"},
    {"decide", "disputed", "delivered", "decide", .input = "reason!", .flags = WL_NOT_RELATIVE},
};

/* The request it came from learns that the work has ended; its worker still finishes it. */
static const struct wl_effect effects[] = {
    {.on = "deliver cancel", .when = WL_SQL("t.request is not null"),
     .record = "station.request", .rows = WL_SQL("select t.request as id"),
     .set = WL_SQL("work_done_at = now()")},
};

static const struct wl_check checks[] = {
    {"errand_receipt", "receipt"},
    {"errand_balance", "returned_fen"},
    {"errand_money", "spent_fen"},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "receipt", "state", "purchased delivered settled"},
};

const struct wl_record errand = {
    .name = "errand",
    .path = "errands",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .effects = WL_ROWS(effects),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .states = "requested accepted purchased delivered settled cancelled disputed",
    .locked = "settled",
    .sort = "-created_at",
    .title = "person kind",
    .person = "person",
    .origin = "request",
    .verbs = "list get create patch import export",
};
