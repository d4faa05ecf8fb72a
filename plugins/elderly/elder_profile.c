/* 老年人档案 */
#include "elderly.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"categories", WL_CHOICES, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED, .of = "ELDER_CAT"},
    {"living", WL_CHOICE, WL_CLASS_2, .flags = WL_LISTED, .of = "LIVING"},
    {"ability", WL_CHOICE, WL_CLASS_3, .flags = WL_COMPUTED, .of = "ABILITY"},
    {"assessed_on", WL_DATE, WL_CLASS_2, .flags = WL_COMPUTED},
    {"diseases", WL_CHOICES, WL_CLASS_3, .flags = 0, .of = "DISEASE"},
    {"tier", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ELDER_TIER"},
    {"diet", WL_CHOICE, WL_CLASS_3, .flags = 0, .of = "DIET"},
    {"allergy", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 500},
    {"drug_note", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 1000},
    {"floor", WL_INTEGER, WL_CLASS_2, .flags = 0, .min = -5, .max = 120},
    {"lift", WL_BOOL, WL_CLASS_2, .flags = 0},
    {"consent_visit", WL_BOOL, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
};

static const struct wl_action actions[] = {
    {"activate", "draft suspended", "active", "update", .input = NULL},
    {"suspend", "active", "suspended", "update", .input = "reason!"},
    {"close", "active suspended", "closed", "close", .input = "reason!"},
};

static const struct wl_check checks[] = {
    {"elder_profile_once", "person"},
};

const struct wl_record elder_profile = {
    .name = "elder_profile",
    .path = "profiles",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .states = "draft active suspended closed",
    .sort = "-created_at",
    .title = "person tier",
    .person = "person",
    .verbs = "list get create patch import export",
};
