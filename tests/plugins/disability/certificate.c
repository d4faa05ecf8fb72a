/* 残疾证. Its number holds the person's id number, their kind of disability and its grade, so it is
 * kept encrypted and shown as its first six characters. */
#include "disability.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    /* 20 characters; that a mark of re-issue may follow is unconfirmed */
    {"card_no", WL_CARD, WL_CLASS_3,
     .flags = WL_REQUIRED | WL_LISTED | WL_SEARCHED | WL_UNIQUE | WL_KEY, .min = 20, .max = 22,
     .of = "6 0"},
    {"kind", WL_CHOICE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED, .of = "DISABILITY"},
    {"grade", WL_CHOICE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED, .of = "DISABILITY_GRADE"},
    {"issued_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_NOT_FUTURE},
    {"valid_until", WL_DATE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {"scan", WL_FILE, WL_CLASS_3, .flags = 0, .max = 10000000, .of = "image pdf"},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"cancel", "valid", "cancelled", "close", .input = "reason!"},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "valid_until", "issued_on", NULL},
};

static const struct wl_check checks[] = {
    {"certificate_once", "person"},
};

const struct wl_record certificate = {
    .name = "certificate",
    .path = "certificates",
    .object = "disability",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .states = "valid cancelled",
    .locked = "cancelled",
    .sort = "-created_at",
    .person = "person",
    .verbs = "list get create patch delete restore search import export",
    .retention_days = 180,
    .flags = WL_PUBLISHED,
};
