/* 助餐订单 with its delivery: one subsidised meal per person, slot and day; price = subsidy + own
 * share, worked out from the person's band and never given by anybody. */
#include "meals.h"

/* When it is eaten, near enough to know the service mode: noon of its day. */
#define AT(row) "(" row ".date + interval '12 hours') at time zone 'Asia/Shanghai'"
#define MONEY(sensitivity) WL_MONEY, sensitivity, .flags = WL_COMPUTED | WL_LISTED

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"date", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"meal", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .of = "MEAL"},
    {"mode", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "MEAL_MODE"},
    {"diet", WL_CHOICE, WL_CLASS_3, .flags = 0, .of = "DIET"},
    {"canteen", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER, .of = "station.venue"},
    {"subscription", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_FILTER,
     .of = "elderly.meal_subscription"},
    /* The band, and who pays how much, say that somebody is destitute or disabled. */
    {"band", WL_CHOICE, WL_CLASS_3, .flags = WL_COMPUTED | WL_LISTED, .of = "MEAL_BAND",
     .compute = WL_SQL("elderly.meal_band(v.county, v.person, v.date)")},
    {"price_fen", MONEY(WL_CLASS_1),
     .compute = WL_SQL("elderly.meal_price(v.county, v.meal, v.date)")},
    {"subsidy_fen", MONEY(WL_CLASS_3),
     .compute = WL_SQL("elderly.meal_subsidy(v.county, v.person, v.meal, v.date)")},
    {"self_fen", MONEY(WL_CLASS_3)},
    {"service_how", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "SERVICE_HOW",
     .compute = WL_SQL("core.service_how(v.county, v.div, case v.mode when 'CANTEEN' then 'CANTEEN'"
                       " else 'MEAL' end, null, " AT("v") ")")},
    {"route", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER, .of = "elderly.meal_route"},
    {"stop_no", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 999},
    {"eta", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"courier", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"cooked_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"hot_until", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"arrived_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"handed_to", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 60},
    {"wellbeing", WL_CHOICE, WL_CLASS_3, .flags = WL_ACTION, .of = "WELLBEING"},
    {"other_need", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"photo", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .of = "image"},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"delivered_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"settlement", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_FILTER,
     .of = "elderly.meal_settlement"},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

#define COOKED                                                                                     \
    "cooked_at = coalesce(t.cooked_at, now()), hot_until = coalesce(t.hot_until,"                  \
    " elderly.meal_hot_until(t.county, t.div, now()))"
#define CANCEL_UNTIL "elderly.meal_cancel_until(t.county, t.div, t.date)"

static const struct wl_action actions[] = {
    {"confirm", "planned", "confirmed", "deliver", .input = NULL},
    {"cook", "confirmed", "cooking", "deliver", .input = NULL},
    {"ready", "cooking", "cooking", "deliver", .set = WL_SQL(COOKED)},
    {"leave", "cooking", "out", "deliver",
     .set = WL_SQL("courier = core.actor(), " COOKED
                   ", service_how = core.service_how(t.county, t.div, 'MEAL')"),
     .guard = WL_SQL("elderly.weather_at(t.county, t.div) is null"),
     .refusal = "leave_with_route"},
    {"take_over", "out", "out", "close", .set = WL_SQL("courier = core.actor()")},
    {"deliver", "out", "delivered", "deliver", .input = "wellbeing! handed_to other_need photo",
     .only = "courier", .set = WL_SQL("delivered_at = now(), arrived_at = now()")},
    {"serve", "planned confirmed cooking", "delivered", "deliver", .input = "wellbeing other_need",
     .set = WL_SQL("delivered_at = now()"), .guard = WL_SQL("t.mode = 'CANTEEN'"),
     .refusal = "served_at_canteen"},
    {"refused", "out", "refused", "deliver", .input = "reason!", .only = "courier",
     .set = WL_SQL("arrived_at = now()")},
    {"not_home", "out", "not_home", "deliver", .only = "courier",
     .set = WL_SQL("arrived_at = now()")},
    {"cancel", "planned confirmed", "cancelled", "deliver", .input = "reason!",
     .guard = WL_SQL("now() < " CANCEL_UNTIL), .refusal = "cancel_closed"},
    {"call_off", "planned confirmed cooking", "cancelled", "close", .input = "reason!"},
};

static const struct wl_check checks[] = {
    {"meal_order_one_subsidy", "subsidy_fen"},
    {"meal_order_money", "self_fen"},
};

/* Meals go on in every mode (P12); at the canteen they may not. A meal is cooked on its own day,
 * or eaten at the canteen on it; the courier may be home after midnight. */
static const struct wl_guard guards[] = {
    {"mode", "canteen_suspended",
     WL_SQL("t.mode <> 'CANTEEN' or t.state not in ('planned', 'confirmed') or"
            " core.service_how(t.county, t.div, 'CANTEEN', null, " AT("t") ") <> 'SUSPEND'")},
    {"date", "order_closed",
     WL_SQL("t.state <> 'planned' or coalesce(t.created_at, now())"
            " < elderly.meal_closes(t.county, t.div, t.date)")},
    {"date", "meal_not_today",
     WL_SQL("coalesce(timezone('Asia/Shanghai', coalesce(t.cooked_at,"
            " case when t.arrived_at is null then t.delivered_at end))::date, t.date) = t.date")},
    {"route", "route_elsewhere",
     WL_SQL("t.route is null or t.mode = 'DELIVERY' and exists ("
            "select from elderly.meal_route r where r.county = t.county"
            " and r.id = t.route and r.date = t.date and r.meal = t.meal"
            " and r.township = t.township)")},
};

static const struct wl_guard_text guard_texts[] = {
    {"canteen_suspended",
     WL_SQL("core.service_told(t.county, t.div, 'CANTEEN', null, " AT("t") ")")},
    {"order_closed", WL_SQL("array[elderly.meal_first_day(t.county, t.div)::text]")},
};

/* What the courier found at the door, and the second stop in a row in vain, become requests. */
static const struct wl_effect effects[] = {
    {.on = "deliver serve",
     .when = WL_SQL("t.wellbeing in ('CONCERN', 'ABNORMAL') or t.other_need is not null"),
     .record = "station.request",
     .rows = WL_SQL("select t.person, 'VISIT' as channel, 'E' as domain,"
                    "       case when t.wellbeing in ('CONCERN', 'ABNORMAL') then 'CARE'"
                    "            else 'OTHER' end as category,"
                    "       core.param(t.county, 'elderly.meal_wellbeing_urgency.'"
                    "           || coalesce(t.wellbeing, 'OK')) as urgency,"
                    "       'elderly.meal_order:' || t.id as plugin_ref,"
                    "       '送餐时发现：' || concat_ws('，', w.zh, t.other_need) as content"
                    "  from (select 1) one left join core.code w"
                    "    on w.tab = 'WELLBEING' and w.code = t.wellbeing and w.code <> 'OK'")},
    {.on = "refused not_home",
     .when = WL_SQL("elderly.meal_twice_in_vain(t.county, t.person)"),
     .record = "station.request",
     .rows = WL_SQL("select t.person, 'VISIT' as channel, 'E' as domain, 'MEAL' as category,"
                    "       'U2' as urgency, 'elderly.meal_order:' || t.id as plugin_ref,"
                    "       '送餐连续两次未能交付，请当日上门查看' as content")},
};

static const struct wl_limit limits[] = {
    {"hot_until", .ended = "delivered refused not_home cancelled settled", .staff = "courier",
     .remind = "courier @station_head", .before = 10},
};

const struct wl_record meal_order = {
    .name = "meal_order",
    .path = "meal_orders",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .guard_texts = WL_ROWS(guard_texts),
    .effects = WL_ROWS(effects),
    .limits = WL_ROWS(limits),
    .states = "planned confirmed cooking out delivered refused not_home cancelled settled",
    .locked = "delivered refused not_home cancelled settled",
    .sort = "-date",
    .title = "person date meal",
    .person = "person",
    .verbs = "list get create patch import export",
};
