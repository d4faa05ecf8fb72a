/* 应急预案、应急事件: what is planned, what happened, who leads, what it taught (P11). */
#include "station/modes/modes.h"

/* ---- plans ------------------------------------------------------------------------------------
 */

static const struct wl_field steps[] = {
    {.name = "phase", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 20},
    {.name = "measure", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 300},
    {.name = "unit", .type = WL_TEXT, .max = 60},
};

static const struct wl_field plan_fields[] = {
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "INCIDENT_KIND"},
    {"issue", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 60},
    {"effective_from", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"steps", WL_LIST, WL_CLASS_1, .flags = 0, .max = 100, .items = WL_ROWS(steps)},
    {"experience", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 4000},
    {"paper", WL_FILE, WL_CLASS_1, .flags = 0, .of = "pdf office"},
    {"drafted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED, .compute = WL_SQL("core.actor()")},
    {"adopted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"adopted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action plan_actions[] = {
    {"adopt", "draft", "adopted", "approve", .never = "drafted_by",
     .set = WL_SQL("adopted_by = core.actor(), adopted_at = now()")},
    {"replace", "adopted", "replaced", "approve", .input = NULL},
};

const struct wl_record station_emergency_plan = {
    .name = "emergency_plan",
    .path = "emergency_plans",
    .object = "incident",
    .fields = WL_ROWS(plan_fields),
    .actions = WL_ROWS(plan_actions),
    .states = "draft adopted replaced",
    .locked = "adopted replaced",
    .sort = "-created_at",
    .title = "title",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};

/* ---- incidents --------------------------------------------------------------------------------
 */

static const struct wl_field command[] = {
    {.name = "duty", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 40},
    {.name = "unit", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 60},
    {.name = "name", .type = WL_TEXT, .max = 30},
};

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "EI"},
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "INCIDENT_KIND"},
    {"level", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "INCIDENT_LEVEL"},
    {"started_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"plan", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED, .of = "station.emergency_plan"},
    {"command", WL_LIST, WL_CLASS_1, .flags = 0, .max = 60, .items = WL_ROWS(command)},
    {"measures", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 4000},
    {"commander", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED},
    {"responded_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"lessons", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 4000},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"closed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"isolated", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"released", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"checks", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"incomers", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"erased_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* It is over when nothing of it goes on; what stays then are figures, and what was learnt. */
#define NOTHING_GOES_ON                                                                            \
    "not exists (select from station.mode_switch s where s.county = t.county"                      \
    " and s.incident = t.id and s.state in ('approved', 'active') and s.deleted_at is null)"       \
    " and not exists (select from station.isolation_subject i where i.county = t.county"           \
    " and i.incident = t.id and i.state <> 'released' and i.deleted_at is null)"
#define COUNTED(table, more)                                                                       \
    "(select count(*) from station." table " x where x.county = t.county and x.incident = t.id"    \
    " and x.deleted_at is null" more ")"

static const struct wl_action actions[] = {
    {"respond", "reported", "responding", "approve", .input = "commander! level plan command",
     .set = WL_SQL("responded_at = now()")},
    {"adjust", "responding", "responding", "approve", .input = "level! reason!"},
    {"close", "reported responding", "closed", "approve", .input = "lessons!",
     .set = WL_SQL(
         "closed_at = now(), closed_by = core.actor(),"
         " isolated = " COUNTED("isolation_subject",
                                "") ","
                                    " released = " COUNTED(
                                        "isolation_subject",
                                        " and x.state = 'released'") ","
                                                                     " checks = " COUNTED(
                                                                         "isolation_check",
                                                                         "") ","
                                                                             " incomers = " COUNTED(
                                                                                 "incomer", "")),
     .guard = WL_SQL(NOTHING_GOES_ON), .refusal = "incident_goes_on"},
    {"reopen", "closed", "responding", "approve", .input = "reason!",
     .set = WL_SQL("closed_at = null, closed_by = null"), .guard = WL_SQL("t.erased_at is null"),
     .refusal = "incident_erased"},
};

const struct wl_record station_incident = {
    .name = "incident",
    .path = "incidents",
    .object = "incident",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .states = "reported responding closed",
    .locked = "closed",
    .sort = "-started_at",
    .title = "no title",
    .verbs = "list get create patch",
    .flags = WL_COUNTY_WIDE,
};
