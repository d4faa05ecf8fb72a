/* 政策库: the documents work rests on, of every level; a new version takes the place of the one it
 * replaces when it comes into force. */
#include "station/policy/policy.h"

static const struct wl_field fields[] = {
    {"no", WL_TEXT, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE | WL_KEY | WL_FILTER, .min = 2, .max = 60},
    {"title", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .min = 2,
     .max = 200},
    {"issuer", WL_TEXT, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED, .min = 2, .max = 100},
    {"level", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "POLICY_LEVEL"},
    {"topic", WL_CHOICE, WL_CLASS_0, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "POLICY_TOPIC"},
    {"issued_on", WL_DATE, WL_CLASS_0,
     .flags = WL_REQUIRED | WL_LISTED | WL_SORT | WL_FILTER | WL_NOT_FUTURE},
    {"valid_from", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"valid_to", WL_DATE, WL_CLASS_0, .flags = WL_LISTED},
    {"summary", WL_TEXT, WL_CLASS_0, .max = 4000},
    {"file", WL_FILE, WL_CLASS_0, .max = 20971520, .of = "pdf office image"},
    {"replaces", WL_REFERENCE, WL_CLASS_0, .flags = WL_LISTED | WL_FILTER,
     .of = "station.policy_doc"},
    {"superseded_by", WL_REFERENCE, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED,
     .of = "station.policy_doc"},
    {"reason", WL_TEXT, WL_CLASS_0, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_0, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"publish", "draft", "in_force", "publish",
     .set = WL_SQL("valid_from = coalesce(t.valid_from, core.today())")},
    {"repeal", "in_force", "repealed", "publish", .input = "reason!",
     .set = WL_SQL("valid_to = greatest(coalesce(t.valid_from, core.today()), core.today())")},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "valid_from", "issued_on", NULL},
    {WL_NOT_BEFORE, "valid_to", "valid_from", NULL},
};

static const struct wl_check checks[] = {
    {"policy_doc_other", "replaces"},
};

static const struct wl_effect effects[] = {
    {.on = "publish",
     .when = WL_SQL("t.replaces is not null"),
     .record = "station.policy_doc",
     .rows = WL_SQL("select d.id, t.id as follower, t.valid_from as day from t"
                    " join station.policy_doc d on d.county = t.county and d.id = t.replaces"
                    " where d.state = 'in_force'"),
     .set = WL_SQL("state = 'superseded', superseded_by = s.follower,"
                   " valid_to = least(o.valid_to, s.day)")},
};

const struct wl_record station_policy_doc = {
    .name = "policy_doc",
    .path = "policy_docs",
    .object = "policy_doc",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .effects = WL_ROWS(effects),
    .states = "draft in_force superseded repealed",
    .locked = "in_force superseded repealed",
    .sort = "-issued_on",
    .title = "no title",
    .verbs = "list get create patch import export",
    .flags = WL_PUBLISHED | WL_COUNTY_WIDE,
};
