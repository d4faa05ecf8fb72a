/* 个案: the register of cases and their way through the stages of MZ/T 094-2017. What people told
 * stands in case_note.c, for named readers alone; nothing here says it. */
#include "station/methods/methods.h"

#include <wulian/tags.h>

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "C"},
    {"person", WL_REFERENCE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"source", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "REQ_CHANNEL"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.request"},
    {"level", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "CASE_LEVEL"},
    {"worker", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED},
    {"supervisor", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER | WL_FIXED},
    {"consent", WL_REFERENCE, WL_CLASS_2, .flags = 0, .of = "station.consent"},
    {"pre_score", WL_DECIMAL, WL_CLASS_3, .flags = 0, .max = 10000, .scale = 1},
    {"post_score", WL_DECIMAL, WL_CLASS_3, .flags = WL_ACTION, .max = 10000, .scale = 1},
    {"opened_on", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"closed_on", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"close_reason", WL_CHOICE, WL_CLASS_2, .flags = WL_ACTION | WL_LISTED | WL_FILTER,
     .of = "CASE_CLOSE"},
    {"closing_note", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"signed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"signed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"follow_up_due", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"followed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"follow_up_note", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"became_volunteer", WL_BOOL, WL_CLASS_1, .flags = WL_ACTION},
    WL_MODEL_TAGS(WL_REQUIRED | WL_FILTER),
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* A consent to the service, by the person or, for a child, by the guardian, that still stands. */
#define CONSENT_STANDS                                                                             \
    "exists (select from station.consent c where c.county = t.county and c.id = t.consent"         \
    " and c.person = t.person and c.kind in ('SERVICE', 'GUARDIAN') and c.state = 'given'"         \
    " and (c.valid_to is null or c.valid_to > core.today()) and c.deleted_at is null)"
#define HAS_GOALS                                                                                  \
    "exists (select from station.case_sheet s where s.county = t.county and s.case_file = t.id"    \
    " and s.deleted_at is null and jsonb_array_length(s.goals) > 0)"
#define HAS_EVALUATION                                                                             \
    "exists (select from station.case_sheet s join station.case_record r on r.county = s.county"   \
    " and r.sheet = s.id where s.county = t.county and s.case_file = t.id"                         \
    " and r.stage = 'EVALUATION' and r.deleted_at is null)"

static const struct wl_action actions[] = {
    {"assess", "intake", "assessment", "advance", .only = "worker",
     .set = WL_SQL("opened_on = core.today()"), .flags = WL_NOT_RELATIVE},
    {"plan", "assessment", "plan", "advance", .only = "worker", .guard = WL_SQL(CONSENT_STANDS),
     .refusal = "case_consent_missing", .flags = WL_NOT_RELATIVE},
    {"intervene", "plan", "intervention", "advance", .only = "worker",
     .guard = WL_SQL(CONSENT_STANDS " and " HAS_GOALS), .refusal = "case_goals_missing",
     .flags = WL_NOT_RELATIVE},
    {"reassess", "intervention", "assessment", "advance", .input = "reason!", .only = "worker"},
    {"evaluate", "intervention", "evaluation", "advance", .only = "worker"},
    {"propose", "evaluation", "closing", "advance",
     .input = "close_reason! closing_note! post_score", .only = "worker",
     .guard = WL_SQL(HAS_EVALUATION), .refusal = "case_evaluation_missing"},
    {"send_back", "closing", "evaluation", "sign", .input = "reason!", .only = "supervisor",
     .never = "worker"},
    {"sign", "closing", "closed", "sign", .only = "supervisor", .never = "worker",
     .set = WL_SQL("signed_by = core.actor(), signed_at = now(), closed_on = core.today(),"
                   " follow_up_due = core.due_at(t.county, 'case_file.follow_up_minutes', now())"),
     .flags = WL_NOT_RELATIVE},
    {"end_early", "intake assessment plan intervention evaluation", "closed", "advance",
     .input = "close_reason! reason!", .only = "worker", .set = WL_SQL("closed_on = core.today()")},
    {"follow_up", "closed", "followed", "advance", .input = "follow_up_note! became_volunteer",
     .only = "worker", .set = WL_SQL("followed_at = now()")},
};

static const struct wl_check checks[] = {
    {"case_file_supervisor", "supervisor"},
    {"case_file_signed", "close_reason"},
    {"case_file_signer", "supervisor"},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "supervisor", "state", "closing"},
};

static const struct wl_limit limits[] = {
    {"follow_up_due", .ended = "intake assessment plan intervention evaluation closing followed",
     .staff = "worker", .remind = "worker"},
};

static const struct wl_notice notices[] = {
    {.on = "propose", .to = "supervisor", .text = "case_file.to_sign"},
    {.on = "sign", .to = "worker", .text = "case_file.signed"},
    {.on = "send_back", .to = "worker", .text = "case_file.sent_back"},
};

const struct wl_record station_case_file = {
    .name = "case_file",
    .path = "case_files",
    .object = "case_file",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .states = "intake assessment plan intervention evaluation closing closed followed",
    .locked = "closing closed followed",
    .sort = "-created_at",
    .title = "no level",
    .person = "person",
    .origin = "request",
    .verbs = "list get create patch",
    .fixed_when = WL_SQL("t.worker <> core.actor()"),
    .fixed_refusal = "case_not_yours",
};
