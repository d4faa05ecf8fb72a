/* 督导: each station once a month, by a supervisor of the agency or the county. The calendar makes
 * the task on the 1st; a month that ends without one raises an alarm. Its problems become
 * rectifications (整改) that the supervisor accepts. */
#include "station/rhythm/rhythm.h"

static const struct wl_field problem[] = {
    {"problem", WL_TEXT, .flags = WL_REQUIRED, .max = 500},
    {"due", WL_DATE, .flags = 0},
};

static const struct wl_field fields[] = {
    {"month", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"supervisor", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"supervised_at", WL_TIME, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"form", WL_CHOICE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .of = "SUPERVISE_FORM"},
    {"hours", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 1, .max = 240,
     .scale = 1},
    {"files_sampled", WL_INTEGER, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 10000},
    {"problems", WL_LIST, WL_CLASS_1, .flags = WL_ACTION, .max = 30, .items = WL_ROWS(problem)},
    {"score", WL_INTEGER, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 100},
    {"summary", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 4000},
    {"report", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .max = 20971520, .of = "pdf image office"},
    {"alerted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"submitted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"submit", "planned", "submitted", "submit",
     .input = "supervised_at! form! hours! files_sampled! score! summary! problems report",
     .set = WL_SQL("supervisor = core.actor(), submitted_at = now()")},
    {"close", "submitted", "closed", "submit", .only = "supervisor",
     .guard = WL_SQL("not exists (select from station.rectification r where r.county = t.county"
                     " and r.supervision = t.id and r.state <> 'accepted'"
                     " and r.deleted_at is null)"),
     .refusal = "supervision_problems_open"},
    {"cancel", "planned", "cancelled", "cancel", .input = "reason!"},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "submitted closed cancelled",
     .remind = "@county_section @agency_supervisor"},
};

static const struct wl_effect effects[] = {
    {"submit", .when = WL_SQL("t.problems is not null"), .record = "station.rectification",
     .rows = WL_SQL("select p.n::text as key, t.id as supervision, p.item ->> 'problem' as problem,"
                    " coalesce((p.item ->> 'due')::date, core.today()"
                    " + station.figure(t.county, 'rhythm.rectify_days', core.today())) as due"
                    " from t cross join lateral jsonb_array_elements(t.problems)"
                    " with ordinality as p (item, n)")},
};

static const struct wl_notice notices[] = {
    {.on = "submit", .to = "@station_head", .text = "supervision.submitted"},
    {.on = "supervision_missing",
     .to = "@county_section @agency_supervisor",
     .text = "supervision.missing"},
};

static const struct wl_check checks[] = {
    {"supervision_once", "month"},
    {"supervision_month", "month"},
};

const struct wl_record station_supervision = {
    .name = "supervision",
    .path = "supervisions",
    .object = "supervision",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .limits = WL_ROWS(limits),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .states = "planned submitted closed cancelled",
    .locked = "submitted closed cancelled",
    .sort = "-month",
    .title = "month",
    .verbs = "list get create export",
};
