/* 助餐订单 with its delivery: one subsidised meal per person, slot and day; price = subsidy + own
 * share. */
#include "elderly.h"

static const struct wl_field fields[] = {
    { .name = "person", .type = WL_REFERENCE, .sensitivity = WL_CLASS_2, .of = "station.resident",
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED },
    { .name = "date", .type = WL_DATE, .sensitivity = WL_CLASS_1,
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT },
    { .name = "meal", .type = WL_CHOICE, .sensitivity = WL_CLASS_1, .of = "MEAL",
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "mode", .type = WL_CHOICE, .sensitivity = WL_CLASS_1, .of = "MEAL_MODE",
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "price_fen", .type = WL_MONEY, .sensitivity = WL_CLASS_1, .max = 100000,
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "subsidy_fen", .type = WL_MONEY, .sensitivity = WL_CLASS_1, .max = 100000,
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "self_fen", .type = WL_MONEY, .sensitivity = WL_CLASS_1, .max = 100000,
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "courier", .type = WL_STAFF, .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED | WL_FILTER },
    { .name = "handed_to", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 60,
      .flags = WL_ACTION },
    { .name = "wellbeing", .type = WL_CHOICE, .sensitivity = WL_CLASS_3, .of = "WELLBEING",
      .flags = WL_ACTION },
    { .name = "other_need", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 500,
      .flags = WL_ACTION },
    { .name = "reason", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 500,
      .flags = WL_ACTION },
    { .name = "delivered_at", .type = WL_TIME, .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED },
    { .name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED | WL_FILTER },
};

static const struct wl_action actions[] = {
    { .name = "confirm", .from = "planned", .to = "confirmed", .permission = "deliver" },
    { .name = "cook", .from = "confirmed", .to = "cooking", .permission = "deliver" },
    { .name = "leave", .from = "cooking", .to = "out", .permission = "deliver",
      .set = WL_SQL("courier = core.actor()") },
    { .name = "deliver", .from = "out", .to = "delivered", .permission = "deliver",
      .input = "wellbeing! handed_to other_need", .only = "courier",
      .set = WL_SQL("delivered_at = now()") },
    { .name = "refused", .from = "out", .to = "refused", .permission = "deliver",
      .input = "reason!", .only = "courier" },
    { .name = "not_home", .from = "out", .to = "not_home", .permission = "deliver",
      .only = "courier" },
    { .name = "cancel", .from = "planned confirmed", .to = "cancelled", .permission = "deliver",
      .input = "reason!" },
    { .name = "settle", .from = "delivered", .to = "settled", .permission = "settle" },
};

static const struct wl_check checks[] = {
    { "meal_order_one_subsidy", "subsidy_fen" },
    { "meal_order_money", "self_fen" },
};

const struct wl_record meal_order = {
    .name = "meal_order",
    .path = "meal_orders",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "planned confirmed cooking out delivered refused not_home cancelled settled",
    .sort = "-date",
    .person = "person",
    .verbs = "list get create patch",
};
