/* 政策参数: what a level sets for a key, from a day on and on which document. It is in use from then
 * on; until somebody confirms it, whoever is shown it is told that it is not confirmed. */
#include "station/policy/policy.h"

static const struct wl_field fields[] = {
    {"key", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .min = 3,
     .max = 80},
    {"level", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "POLICY_LEVEL"},
    {"value", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 200},
    {"unit", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.policy_unit(v.key)")},
    {"effective_from", WL_DATE, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_SORT | WL_FILTER},
    {"effective_to", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"basis", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .min = 2, .max = 200},
    {"doc", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER, .of = "station.policy_doc"},
    {"confirmed_by", WL_STAFF, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"confirmed_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"confirm", "proposed", "confirmed", "approve",
     .set = WL_SQL("confirmed_by = core.actor(), confirmed_at = now()")},
    {"end", "confirmed", "confirmed", "approve", .input = "effective_to!"},
    {"withdraw", "proposed confirmed", "withdrawn", "approve", .input = "reason!"},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "effective_to", "effective_from", NULL},
    {WL_REQUIRED_IF, "basis", "level", "NATIONAL PROVINCE CITY"},
};

static const struct wl_guard guards[] = {
    {"key", "policy_key",
     WL_SQL("exists (select from core.policy_default d where d.key = t.key)")},
    {"value", "policy_value_form",
     WL_SQL("core.policy_unit(t.key) is null or core.policy_value_fits(t.key, t.value)")},
    {"key", "policy_whole_county", WL_SQL("t.div = t.county::bigint * 1000000")},
};

static const struct wl_check checks[] = {
    {"policy_value_once", "effective_from"},
};

const struct wl_record station_policy_value = {
    .name = "policy_value",
    .path = "policy_values",
    .object = "policy",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .states = "proposed confirmed withdrawn",
    .locked = "confirmed withdrawn",
    .sort = "-effective_from",
    .title = "key value",
    .verbs = "list get create patch export",
    .flags = WL_COUNTY_WIDE,
};
