/* 适老化改造、辅具: what an assessment found to be needed is approved by somebody else, put up,
 * given or lent, looked at again, and what was lent comes back. Each 分 of its cost has a source.
 */
#include "care.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"form", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "AID_FORM"},
    {"kind", WL_CHOICE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER, .of = "AID_KIND"},
    {"need", WL_TEXT, WL_CLASS_3, .flags = WL_REQUIRED, .min = 2, .max = 1000},
    {"assessed_on", WL_DATE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_NOT_FUTURE},
    {"assessment", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED,
     .of = "elderly.ability_assessment"},
    {"assessor", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
    {"photo_before", WL_FILE, WL_CLASS_2, .flags = 0, .of = "image"},
    {"photo_after", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .of = "image"},
    {"cost_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"gov_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"charity_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"self_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000},
    {"fund", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 100},
    {"approved_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"approved_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"placed_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"serial", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 60},
    {"received_by", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 60},
    {"check_due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"checked_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"check_note", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"returned_on", WL_DATE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_NOT_FUTURE},
    {"condition", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 300},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

#define NEXT_CHECK                                                                                 \
    "now() + make_interval(days => core.setting(t.county, t.div, 'elderly.aid_check_days')::int)"

/* What is lent is looked at again and again, what was put up or given once. What was approved and
 * is not placed after all (the elder has died, does not want it) is refused as well. */
static const struct wl_action actions[] = {
    {"approve", "proposed", "approved", "decide",
     .input = "cost_fen! gov_fen! charity_fen! self_fen! fund", .never = "assessor",
     .set = WL_SQL("approved_by = core.actor(), approved_at = now()"), .flags = WL_NOT_RELATIVE},
    {"refuse", "proposed approved", "refused", "decide", .input = "reason!", .never = "assessor"},
    {"place", "approved", "placed", "update", .input = "placed_on! received_by! serial photo_after",
     .set = WL_SQL("check_due_at = " NEXT_CHECK)},
    {"check", "placed checked", "checked", "update", .input = "checked_on! check_note!",
     .set = WL_SQL("check_due_at = case when t.form = 'LEND' then " NEXT_CHECK " end")},
    {"return", "placed checked", "returned", "update", .input = "returned_on! condition!",
     .set = WL_SQL("check_due_at = null"), .guard = WL_SQL("t.form = 'LEND'"),
     .refusal = "aid_not_lent"},
};

static const struct wl_rule rules[] = {
    {WL_SUM_OF, "cost_fen", "gov_fen charity_fen self_fen", NULL},
    {WL_NOT_BEFORE, "placed_on", "assessed_on", NULL},
    {WL_NOT_BEFORE, "checked_on", "placed_on", NULL},
    {WL_NOT_BEFORE, "returned_on", "placed_on", NULL},
};

/* A home is photographed before it is decided about and when the work is done. */
static const struct wl_guard guards[] = {
    {"assessment", "aid_assessment",
     WL_SQL("t.assessment is null or exists (select from elderly.ability_assessment a"
            " where a.county = t.county and a.id = t.assessment and a.person = t.person)")},
    {"photo_before", "aid_photo_before",
     WL_SQL("t.form <> 'ADAPT' or t.state in ('proposed', 'refused')"
            " or t.photo_before is not null")},
    {"photo_after", "aid_photo_after",
     WL_SQL("t.form <> 'ADAPT' or t.state not in ('placed', 'checked')"
            " or t.photo_after is not null")},
};

static const struct wl_check checks[] = {
    {"aid_device_split", "cost_fen"},
    {"aid_device_cost", "cost_fen"},
    {"aid_device_lent", "form"},
};

static const struct wl_limit limits[] = {
    {"check_due_at", .ended = "proposed approved returned refused", .remind = "@station_head"},
};

static const struct wl_notice notices[] = {
    {.on = "create", .to = "@station_head", .text = "aid_device.proposed"},
    {.on = "approve refuse", .to = "assessor", .text = "aid_device.decided"},
};

const struct wl_record aid_device = {
    .name = "aid_device",
    .path = "aid_devices",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .checks = WL_ROWS(checks),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "proposed approved placed checked returned refused",
    .locked = "approved placed checked returned refused",
    .sort = "-created_at",
    .title = "person kind",
    .person = "person",
    .verbs = "list get create patch export",
};
