/* 工作人员档案: what the county knows of who works at its stations. The certificate's number is
 * sealed; its level and its end are what continuing education and rosters go by. */
#include "station/people/people.h"

static const struct wl_field fields[] = {
    {"account", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED},
    {"position", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 60},
    {"local", WL_BOOL, WL_CLASS_1, .flags = WL_LISTED},
    {"cert_type", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "CERT"},
    {"cert_no", WL_CARD, WL_CLASS_2, .flags = 0, .of = "4 4"},
    {"cert_valid_until", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"edu", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "EDU"},
    {"ethnicity", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "ETHNIC"},
    {"languages", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 80},
    {"work_mode", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "WORK_MODE"},
    {"entered_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"left_on", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
};

static const struct wl_check checks[] = {
    {"staff_profile_once", "account"},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "left_on", "entered_on", NULL},
    {WL_REQUIRED_IF, "cert_valid_until", "cert_type", "1 2 3"},
    {WL_FORBIDDEN_IF, "cert_valid_until", "cert_type", "0"},
};

const struct wl_record station_staff_profile = {
    .name = "staff_profile",
    .path = "staff_profiles",
    .object = "staff_profile",
    .fields = WL_ROWS(fields),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .sort = "-created_at",
    .title = "account position",
    .verbs = "list get create patch export",
};
