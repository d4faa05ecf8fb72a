/* 代办: buying medicine or food, paying a bill, going along to the doctor. An errand settles only with
 * a receipt and when advance = spent + returned; the table itself holds that. */
#include "elderly.h"

static const struct wl_field fields[] = {
    { .name = "person", .type = WL_REFERENCE, .sensitivity = WL_CLASS_2, .of = "station.resident",
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED },
    { .name = "request", .type = WL_REFERENCE, .sensitivity = WL_CLASS_1, .of = "station.request",
      .flags = WL_LISTED | WL_FILTER | WL_FIXED },
    { .name = "kind", .type = WL_CHOICE, .sensitivity = WL_CLASS_1, .of = "ERRAND",
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "items", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 500,
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "drug_note", .type = WL_TEXT, .sensitivity = WL_CLASS_3, .max = 500 },
    { .name = "courier", .type = WL_STAFF, .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED | WL_FILTER },
    { .name = "advance_fen", .type = WL_MONEY, .sensitivity = WL_CLASS_1, .max = 10000000,
      .flags = WL_ACTION | WL_LISTED },
    { .name = "spent_fen", .type = WL_MONEY, .sensitivity = WL_CLASS_1, .max = 10000000,
      .flags = WL_ACTION | WL_LISTED },
    { .name = "returned_fen", .type = WL_MONEY, .sensitivity = WL_CLASS_1, .max = 10000000,
      .flags = WL_ACTION | WL_LISTED },
    { .name = "receipt", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .max = 60,
      .flags = WL_ACTION },
    { .name = "handed_to", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 60,
      .flags = WL_ACTION },
    { .name = "wellbeing", .type = WL_CHOICE, .sensitivity = WL_CLASS_3, .of = "WELLBEING",
      .flags = WL_ACTION },
    { .name = "other_need", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 500,
      .flags = WL_ACTION },
    { .name = "reason", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 500,
      .flags = WL_ACTION },
    { .name = "accepted_at", .type = WL_TIME, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED },
    { .name = "purchased_at", .type = WL_TIME, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED },
    { .name = "delivered_at", .type = WL_TIME, .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED },
    { .name = "settled_at", .type = WL_TIME, .sensitivity = WL_CLASS_1, .flags = WL_COMPUTED },
    { .name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED | WL_FILTER },
};

static const struct wl_action actions[] = {
    { .name = "accept", .from = "requested", .to = "accepted", .permission = "deliver",
      .set = WL_SQL("courier = core.actor(), accepted_at = now()") },
    { .name = "purchase", .from = "accepted", .to = "purchased", .permission = "deliver",
      .input = "advance_fen! spent_fen! receipt!", .only = "courier",
      .set = WL_SQL("purchased_at = now()") },
    { .name = "deliver", .from = "purchased", .to = "delivered", .permission = "deliver",
      .input = "wellbeing! handed_to! other_need", .only = "courier",
      .set = WL_SQL("delivered_at = now()") },
    { .name = "settle", .from = "delivered", .to = "settled", .permission = "settle",
      .input = "returned_fen!", .set = WL_SQL("settled_at = now()") },
    { .name = "cancel", .from = "requested accepted", .to = "cancelled", .permission = "deliver",
      .input = "reason!" },
    { .name = "dispute", .from = "purchased delivered", .to = "disputed",
      .permission = "deliver", .input = "reason!" },
    { .name = "decide", .from = "disputed", .to = "delivered", .permission = "decide",
      .input = "reason!" },
};

static const struct wl_check checks[] = {
    { "errand_receipt", "receipt" },
    { "errand_balance", "returned_fen" },
    { "errand_money", "spent_fen" },
};

const struct wl_record errand = {
    .name = "errand",
    .path = "errands",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "requested accepted purchased delivered settled cancelled disputed",
    .sort = "-created_at",
    .person = "person",
    .origin = "request",
    .verbs = "list get create patch",
};
