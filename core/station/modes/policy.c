/* 服务策略: what a county settles for a service in a mode instead of the national default. That an
 * essential service is never suspended the table itself holds (P12). */
#include "station/modes/modes.h"

static const struct wl_field fields[] = {
    {"service", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "SERVICE_TYPE"},
    {"essential", WL_BOOL, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.service_essential(v.service)")},
    {"mode", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "SERVICE_MODE"},
    {"how", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "SERVICE_HOW"},
    {"instead", WL_CHOICE, WL_CLASS_0, .flags = WL_LISTED, .of = "SERVICE_INSTEAD"},
    {"effective_from", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED},
    {"effective_to", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"basis", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"drafted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED, .compute = WL_SQL("core.actor()")},
    {"confirmed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"confirmed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"confirm", "draft", "confirmed", "approve", .never = "drafted_by",
     .set = WL_SQL("confirmed_by = core.actor(), confirmed_at = now()"),
     .guard = WL_SQL("t.div = t.county::bigint * 1000000"), .refusal = "policy_county_only"},
    {"end", "draft confirmed", "ended", "approve", .input = "reason!",
     .set = WL_SQL("effective_to = case when t.effective_from < core.today() then core.today()"
                   " else t.effective_to end")},
};

static const struct wl_rule rules[] = {
    {WL_AFTER, "effective_to", "effective_from", NULL},
    {WL_REQUIRED_IF, "instead", "how", "SUSPEND"},
};

static const struct wl_check checks[] = {
    {"service_policy_essential", "how"},
    {"service_policy_mode", "mode"},
    {"service_policy_once", "effective_from"},
};

const struct wl_record station_service_policy = {
    .name = "service_policy",
    .path = "service_policies",
    .object = "service_policy",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .states = "draft confirmed ended",
    .locked = "confirmed ended",
    .sort = "-created_at",
    .title = "service mode how",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};
