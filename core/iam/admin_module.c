/* The linked-in module "admin": org units, accounts and posts, described like any plugin's records.
 * Who may what on them stands in the core's matrix (core/iam/matrix.c). Accounts and posts are
 * inert until a security administrator other than their maker approves (三员分立). */
#include "iam/admin_module.h"

/* --- 机构 --------------------------------------------------------------------------------------- */

static const struct wl_field org_unit_fields[] = {
    {"name", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 60},
    {"kind", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .of = "ORG_KIND"},
    {"parent", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED, .of = "admin.org_unit"},
    {"status", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .of = "ORG_STATUS"},
    {"uscc", WL_USCC, WL_CLASS_0, .flags = 0},
    {"plaque_date", WL_DATE, WL_CLASS_0, .flags = WL_NOT_FUTURE},
    {"entity_op_date", WL_DATE, WL_CLASS_0, .flags = WL_NOT_FUTURE},
    {"is_demo", WL_BOOL, WL_CLASS_0, .flags = WL_LISTED},
    {"service_phone", WL_TEXT, WL_CLASS_0, .flags = WL_LISTED, .min = 3, .max = 20},
    {"star", WL_INTEGER, WL_CLASS_0, .flags = WL_LISTED, .max = 5},
    {"star_batch", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 40},
    {"address", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 120},
    {"contact_name", WL_TEXT, WL_CLASS_0, .flags = 0, .max = 60},
    {"lng", WL_DECIMAL, WL_CLASS_0, .flags = 0, .min = -180000000, .max = 180000000, .scale = 6},
    {"lat", WL_DECIMAL, WL_CLASS_0, .flags = 0, .min = -90000000, .max = 90000000, .scale = 6},
    {"service_lines", WL_CHOICES, WL_CLASS_0, .flags = 0, .of = "AGENCY_LINE"},
    {"shares_site_with", WL_REFERENCE, WL_CLASS_0, .flags = WL_COMPUTED, .of = "station.venue"},
};

/* A plaque hangs before a station runs as an entity, and an agency is a legal person with a credit
 * code. */
static const struct wl_rule org_unit_rules[] = {
    {WL_NOT_BEFORE, "entity_op_date", "plaque_date", .values = NULL},
    {WL_REQUIRED_IF, "uscc", "kind", "AGENCY"},
    {WL_REQUIRED_IF, "star_batch", "star", "1 2 3 4 5"},
    {WL_REQUIRED_IF, "lat", "lng", "*"},
    {WL_REQUIRED_IF, "lng", "lat", "*"},
};

/* The status of a station or room says what its dates say; and no step of its life is jumped. What
 * stands is read from the table, for the row here is what it would become. */
static const struct wl_guard org_unit_guards[] = {
    {"plaque_date", "org_unit_plaque",
     WL_SQL("t.kind not in ('GENSTATION', 'STATION', 'ROOM') or t.plaque_date is not null"
            " or t.status not in ('PLAQUED', 'OPERATING')")},
    {"entity_op_date", "org_unit_entity",
     WL_SQL("t.kind not in ('GENSTATION', 'STATION') or t.entity_op_date is not null"
            " or t.status <> 'OPERATING'")},
    {"plaque_date", "org_unit_planned",
     WL_SQL("t.status <> 'PLANNED' or t.plaque_date is null and t.entity_op_date is null")},
    {"status", "org_unit_status",
     WL_SQL("not exists (select from admin.org_unit o where o.county = t.county and o.id = t.id"
            " and not core.org_status_follows(o.status, t.status))")},
};

static const struct wl_check org_unit_checks[] = {
    {.constraint = "org_unit_county_parent_fkey", .field = "parent"},
};

/* --- 账号 --------------------------------------------------------------------------------------- */

static const struct wl_field account_fields[] = {
    {"login", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .min = 2, .max = 32},
    {"name", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 1, .max = 60},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"approved_by", WL_STAFF, WL_CLASS_0, .flags = WL_COMPUTED},
    {"enabled_at", WL_TIME, WL_CLASS_0, .flags = WL_COMPUTED},
};

static const struct wl_action account_actions[] = {
    {"approve", "proposed", "active", "approve", .set = WL_SQL("approved_by = core.actor()"),
     .guard = WL_SQL("t.created_by <> core.actor() and t.id <> core.actor()"),
     .refusal = "own_change"},
    {"disable", "proposed active", "disabled", "disable",
     .guard = WL_SQL("t.id <> core.actor()"), .refusal = "own_account"},
    {"enable", "disabled", "active", "approve",
     .set = WL_SQL("approved_by = core.actor(), enabled_at = now()"),
     .guard = WL_SQL("t.created_by <> core.actor() and t.id <> core.actor()"),
     .refusal = "own_change"},
};

static const struct wl_check account_checks[] = {
    {.constraint = "account_login", .field = "login"},
    {.constraint = "account_login_form", .field = "login"},
};

/* --- 岗位 --------------------------------------------------------------------------------------- */

static const struct wl_field post_fields[] = {
    {"account", WL_REFERENCE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED, .of = "admin.account"},
    {"role", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .of = "ROLE"},
    {"kind", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED,
     .compute = WL_SQL("core.role_kind(v.role)")},
    {"scope_div", WL_DIVISION, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_FIXED | WL_WITHIN},
    {"valid_from", WL_DATE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED},
    {"valid_to", WL_DATE, WL_CLASS_0, .flags = WL_LISTED | WL_FIXED},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"approved_by", WL_STAFF, WL_CLASS_0, .flags = WL_COMPUTED},
};

static const struct wl_action post_actions[] = {
    {"approve", "proposed", "active", "approve", .set = WL_SQL("approved_by = core.actor()"),
     .guard = WL_SQL("t.created_by <> core.actor() and t.account <> core.actor()"),
     .refusal = "own_change"},
    {"end", "proposed active", "ended", "end",
     .guard = WL_SQL("t.account <> core.actor()"), .refusal = "own_account"},
};

static const struct wl_check post_checks[] = {
    {.constraint = "post_one_kind", .field = "role"},
    {.constraint = "post_dates", .field = "valid_to"},
    {.constraint = "post_scope", .field = "scope_div"},
    {.constraint = "post_kind", .field = "role"},
};

/* --- the module ------------------------------------------------------------------------------- */

static const struct wl_record org_unit = {
    .name = "org_unit", .path = "org_units", .object = "org_unit",
    .fields = WL_ROWS(org_unit_fields), .checks = WL_ROWS(org_unit_checks),
    .rules = WL_ROWS(org_unit_rules), .guards = WL_ROWS(org_unit_guards),
    .sort = "-created_at", .title = "name",
    .verbs = "list get create patch", .flags = WL_PUBLISHED | WL_COUNTY_WIDE,
};

static const struct wl_record account = {
    .name = "account", .path = "accounts", .object = "account",
    .fields = WL_ROWS(account_fields), .actions = WL_ROWS(account_actions),
    .checks = WL_ROWS(account_checks), .states = "proposed active disabled",
    .sort = "-created_at", .title = "name login",
    .verbs = "list get create patch",
};

static const struct wl_record post = {
    .name = "post", .path = "posts", .object = "post",
    .fields = WL_ROWS(post_fields), .actions = WL_ROWS(post_actions),
    .checks = WL_ROWS(post_checks), .states = "proposed active ended",
    .sort = "-created_at", .title = "account role",
    .verbs = "list get create",
};

static const struct wl_record *const records[] = {&org_unit, &account, &post};

const struct wl_plugin admin_module = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "admin",
    .version = "1.0.0",
    .schema = 2,
    .records = WL_RECORDS(records),
};
