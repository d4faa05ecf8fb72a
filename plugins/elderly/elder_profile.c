/* 老年人档案 */
#include "elderly.h"

static const struct wl_field fields[] = {
    { .name = "person", .type = WL_REFERENCE, .sensitivity = WL_CLASS_2, .of = "station.resident",
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED },
    { .name = "categories", .type = WL_CHOICES, .sensitivity = WL_CLASS_3, .of = "ELDER_CAT",
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "living", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "LIVING",
      .flags = WL_LISTED },
    { .name = "ability", .type = WL_CHOICE, .sensitivity = WL_CLASS_3, .of = "ABILITY" },
    { .name = "assessed_on", .type = WL_DATE, .sensitivity = WL_CLASS_2, .flags = WL_NOT_FUTURE },
    { .name = "tier", .type = WL_CHOICE, .sensitivity = WL_CLASS_2, .of = "ELDER_TIER",
      .flags = WL_REQUIRED | WL_LISTED | WL_FILTER },
    { .name = "diet", .type = WL_CHOICE, .sensitivity = WL_CLASS_3, .of = "DIET" },
    { .name = "allergy", .type = WL_TEXT, .sensitivity = WL_CLASS_3, .max = 500 },
    { .name = "drug_note", .type = WL_TEXT, .sensitivity = WL_CLASS_3, .max = 1000 },
    { .name = "floor", .type = WL_INTEGER, .sensitivity = WL_CLASS_2, .min = -5, .max = 120 },
    { .name = "lift", .type = WL_BOOL, .sensitivity = WL_CLASS_2 },
    { .name = "consent_visit", .type = WL_BOOL, .sensitivity = WL_CLASS_2,
      .flags = WL_REQUIRED | WL_LISTED },
    { .name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_1,
      .flags = WL_COMPUTED | WL_LISTED | WL_FILTER },
    { .name = "reason", .type = WL_TEXT, .sensitivity = WL_CLASS_2, .max = 500,
      .flags = WL_ACTION },
};

static const struct wl_action actions[] = {
    { .name = "activate", .from = "draft suspended", .to = "active", .permission = "update" },
    { .name = "suspend", .from = "active", .to = "suspended", .permission = "update",
      .input = "reason!" },
    { .name = "close", .from = "active suspended", .to = "closed", .permission = "close",
      .input = "reason!" },
};

static const struct wl_check checks[] = {
    { "elder_profile_once", "person" },
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
    .person = "person",
    .verbs = "list get create patch",
};
