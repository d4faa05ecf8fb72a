/* 助餐登记: on which weekdays somebody has which meal, and how it comes to them. The clock makes the
 * orders of each day from it (meals.c). */
#include "meals.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"weekdays", WL_CHOICES, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "WEEKDAY"},
    {"meal", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "MEAL"},
    {"mode", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "MEAL_MODE"},
    {"diet", WL_CHOICE, WL_CLASS_3, .flags = 0, .of = "DIET"},
    {"canteen", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER, .of = "station.venue"},
    {"line", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 40},
    {"courier", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED},
    {"stop_no", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 999},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 200},
    {"starts_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"ends_on", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"suspend", "active", "suspended", "update", .input = "reason!"},
    {"resume", "suspended", "active", "update", .input = NULL},
    {"end", "active suspended", "ended", "update", .input = "reason!"},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "ends_on", "starts_on", NULL},
    {WL_REQUIRED_IF, "line", "stop_no", "*"},
};

static const struct wl_guard guards[] = {
    {"weekdays", "subscription_twice",
     WL_SQL("t.state = 'ended' or not exists (select from elderly.meal_subscription o"
            " where o.county = t.county and o.person = t.person and o.meal = t.meal"
            " and o.id <> t.id and o.state <> 'ended' and o.deleted_at is null"
            " and o.weekdays && t.weekdays"
            " and daterange(o.starts_on, o.ends_on, '[]')"
            " && daterange(t.starts_on, t.ends_on, '[]'))")},
};

/* What was ordered already is called off as far as that is free. */
static const struct wl_effect effects[] = {
    {.on = "suspend end",
     .record = "elderly.meal_order",
     .rows = WL_SQL("select o.id, t.reason from elderly.meal_order o"
                    " where o.county = t.county and o.subscription = t.id"
                    "   and o.date >= core.today() and o.state in (" ORDERED ")"
                    "   and o.deleted_at is null"
                    "   and now() < elderly.meal_cancel_until(o.county, o.div, o.date)"),
     .set = WL_SQL(ORDER_MOVES(ORDERED, "cancelled") ", reason = s.reason")},
};

const struct wl_record meal_subscription = {
    .name = "meal_subscription",
    .path = "meal_subscriptions",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .effects = WL_ROWS(effects),
    .states = "active suspended ended",
    .locked = "ended",
    .sort = "-created_at",
    .title = "person meal",
    .person = "person",
    .verbs = "list get create patch import export",
};
