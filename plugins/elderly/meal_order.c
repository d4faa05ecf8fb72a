/* 助餐订单 with its delivery: one subsidised meal per person, slot and day; price = subsidy + own
 * share. */
#include "elderly.h"

/* When it is eaten, near enough to know the service mode: noon of its day. */
#define AT(row) "(" row ".date + interval '12 hours') at time zone 'Asia/Shanghai'"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"date", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT},
    {"meal", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "MEAL"},
    {"mode", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "MEAL_MODE"},
    {"price_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100000},
    {"subsidy_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100000},
    {"self_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100000},
    {"service_how", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "SERVICE_HOW",
     .compute = WL_SQL("core.service_how(v.county, v.div, case v.mode when 'CANTEEN' then 'CANTEEN'"
                       " else 'MEAL' end, null, " AT("v") ")")},
    {"courier", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"handed_to", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 60},
    {"wellbeing", WL_CHOICE, WL_CLASS_3, .flags = WL_ACTION, .of = "WELLBEING"},
    {"other_need", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"delivered_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"confirm", "planned", "confirmed", "deliver", .input = NULL},
    {"cook", "confirmed", "cooking", "deliver", .input = NULL},
    {"leave", "cooking", "out", "deliver",
     .set = WL_SQL("courier = core.actor(),"
                   " service_how = core.service_how(t.county, t.div, 'MEAL')")},
    {"deliver", "out", "delivered", "deliver", .input = "wellbeing! handed_to other_need",
     .only = "courier", .set = WL_SQL("delivered_at = now()")},
    {"refused", "out", "refused", "deliver", .input = "reason!", .only = "courier"},
    {"not_home", "out", "not_home", "deliver", .only = "courier"},
    {"cancel", "planned confirmed", "cancelled", "deliver", .input = "reason!"},
    {"settle", "delivered", "settled", "settle", .input = NULL},
};

static const struct wl_check checks[] = {
    {"meal_order_one_subsidy", "subsidy_fen"},
    {"meal_order_money", "self_fen"},
};

static const struct wl_rule rules[] = {
    {WL_SUM_OF, "price_fen", "subsidy_fen self_fen", NULL},
};

/* Meals go on in every mode (P12); at the canteen they may not. */
static const struct wl_guard guards[] = {
    {"mode", "canteen_suspended",
     WL_SQL("t.mode <> 'CANTEEN' or t.state not in ('planned', 'confirmed') or"
            " core.service_how(t.county, t.div, 'CANTEEN', null, " AT("t") ") <> 'SUSPEND'")},
};

static const struct wl_guard_text guard_texts[] = {
    {"canteen_suspended",
     WL_SQL("core.service_told(t.county, t.div, 'CANTEEN', null, " AT("t") ")")},
};

const struct wl_record meal_order = {
    .name = "meal_order",
    .path = "meal_orders",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .guard_texts = WL_ROWS(guard_texts),
    .states = "planned confirmed cooking out delivered refused not_home cancelled settled",
    .locked = "settled",
    .sort = "-date",
    .title = "person date meal",
    .person = "person",
    .verbs = "list get create patch import export",
};
