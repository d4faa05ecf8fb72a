/* 康复计划: goals agreed with the person, reviewed within a limit by somebody else than who works on
 * them. In hospital the plan is paused and its clock stands. */
#include "disability.h"

static const struct wl_field goals[] = {
    {.name = "area", .type = WL_CHOICE, .flags = WL_REQUIRED, .of = "REHAB_AREA"},
    {.name = "goal", .type = WL_TEXT, .flags = WL_REQUIRED, .max = 200},
    {.name = "sessions", .type = WL_INTEGER, .min = 1, .max = 500},
    {.name = "by", .type = WL_DATE},
    {.name = "reached", .type = WL_BOOL},
};

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "K"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"certificate", WL_REFERENCE, WL_CLASS_2, .flags = WL_LISTED | WL_FILTER,
     .of = "disability.certificate"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.request"},
    {"worker", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {"begins", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT},
    {"ends", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"goals", WL_LIST, WL_CLASS_3, .flags = 0, .max = 20, .items = WL_ROWS(goals)},
    {"cost_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"aid_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"own_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"agreed_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"review_due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reviewed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"outcome", WL_CHOICE, WL_CLASS_3, .flags = WL_ACTION | WL_LISTED, .of = "REHAB_OUTCOME"},
    {"findings", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 2000},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 200},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

#define REVIEW_DUE "review_due_at = core.due_at(t.county, 'disability.review_minutes', now())"

static const struct wl_action actions[] = {
    {"agree", "draft", "agreed", "update", .input = "agreed_on!",
     .guard = WL_SQL("jsonb_array_length(coalesce(t.goals, '[]')) > 0"), .refusal = "no_goals"},
    {"start", "agreed", "under_way", "update", .only = "worker", .set = WL_SQL(REVIEW_DUE)},
    {"pause", "under_way", "paused", "update", .input = "reason!", .only = "worker"},
    {"resume", "paused", "under_way", "update", .only = "worker"},
    {"review", "under_way", "reviewed", "review", .input = "outcome! findings", .never = "worker",
     .set = WL_SQL("reviewed_at = now()"), .flags = WL_NOT_RELATIVE},
    {"continue", "reviewed", "under_way", "review", .set = WL_SQL(REVIEW_DUE)},
    {"end", "reviewed", "ended", "review", .input = "findings"},
    {"stop", "draft agreed under_way paused reviewed", "stopped", "review", .input = "reason!"},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "ends", "begins", NULL},
    {WL_SUM_OF, "cost_fen", "aid_fen own_fen", NULL},
    {WL_REQUIRED_IF, "worker", "state", "agreed under_way paused"},
};

static const struct wl_limit limits[] = {
    {"review_due_at", "paused", "reviewed ended stopped",
     .policy = WL_SQL("'disability.review_minutes'")},
};

const struct wl_record rehab_plan = {
    .name = "rehab_plan",
    .path = "plans",
    .object = "disability",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .limits = WL_ROWS(limits),
    .states = "draft agreed under_way paused reviewed ended stopped",
    .locked = "ended stopped",
    .sort = "-begins",
    .person = "person",
    .origin = "request",
    .verbs = "list get create patch import export",
    .title = "no",
};
