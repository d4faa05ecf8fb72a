/* 辅具租借: a wheelchair or a hearing aid lent against a deposit. The limit is the end of the day it
 * is to come back; the table generates it from that day. */
#include "disability.h"

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "F"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"device", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "AID_DEVICE"},
    {"device_no", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .max = 30},
    {"lent_on", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"return_by", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"deposit_fen", WL_MONEY, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 10000000},
    {"returned_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"refund_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"kept_fen", WL_MONEY, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000000},
    {"condition", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"receipt", WL_FILE, WL_CLASS_2, .flags = 0, .max = 10000000, .of = "image pdf"},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"return", "lent lost", "returned", "update",
     .input = "returned_on! refund_fen! kept_fen! condition"},
    {"lose", "lent", "lost", "update", .input = "refund_fen! kept_fen! condition!"},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "return_by", "lent_on", NULL},
    {WL_NOT_BEFORE, "returned_on", "lent_on", NULL},
};

static const struct wl_limit limits[] = {
    {.due = "due_at", .ended = "returned lost"},
};

static const struct wl_check checks[] = {
    {"device_loan_once", "device_no"},
    {"device_loan_deposit", "refund_fen"},
};

const struct wl_record device_loan = {
    .name = "device_loan",
    .path = "loans",
    .object = "disability",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .limits = WL_ROWS(limits),
    .checks = WL_ROWS(checks),
    .states = "lent returned lost",
    .locked = "returned",
    .sort = "-lent_on",
    .person = "person",
    .verbs = "list get create patch delete import export",
    .title = "no device",
    .alike = "device_no lent_on",
};
