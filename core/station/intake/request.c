/* 服务诉求: the single way in. Its life, and who may do which step, is the domain book's 3.1.4; who
 * handled a request may neither call back nor close nor reopen it. Of a secret one nothing stands
 * here but that it is secret (see secret.c). */
#include "station/intake/intake.h"

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "R"},
    {"channel", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "REQ_CHANNEL"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_LISTED | WL_FILTER, .of = "station.resident"},
    {"caller_name", WL_NAME, WL_CLASS_2, .flags = 0, .max = 60},
    {"caller_phone", WL_PHONE, WL_CLASS_2, .flags = 0},
    {"caller_relation", WL_CHOICE, WL_CLASS_1, .flags = 0, .of = "FAMILY_REL"},
    {"category", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "REQ_CAT"},
    {"domain", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "REQ_DOMAIN"},
    {"urgency", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "URGENCY"},
    {"content", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 2000},
    {"received_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT,
     .compute = WL_SQL("now()")},
    {"due_accept_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.due_at(v.county, 'request.accept_minutes.' || v.urgency, now())")},
    {"due_finish_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.due_at(v.county, 'request.finish_minutes.' || v.urgency, now())")},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"open", WL_BOOL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_FILTER},
    {"accepted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"assigned_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"started_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"done_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"callback_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"callback_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"result", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 2000},
    {"rating", WL_INTEGER, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 1, .max = 5},
    {"callback_note", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"returns", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reopens", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"merged_into", WL_REFERENCE, WL_CLASS_1, .flags = WL_ACTION, .of = "station.request"},
    {"plugin_ref", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"work_done_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"secret", WL_BOOL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"secret_ref", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_FILTER,
     .of = "station.request_secret"},
    {"transfer_kind", WL_CHOICE, WL_CLASS_1, .flags = WL_ACTION, .of = "TRANSFER_KIND"},
    {"transfer_org", WL_REFERENCE, WL_CLASS_1, .flags = WL_ACTION, .of = "admin.org_unit"},
    {"consent_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"consent_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"transferred_from", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED | WL_FILTER,
     .of = "station.request"},
    {"replied_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reply", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 2000},
    {"escalated_level", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .compute = WL_SQL("case when v.urgency = 'U1' then 1 else 0 end")},
    {"escalated_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("case when v.urgency = 'U1' then now() end")},
};

static const struct wl_action actions[] = {
    {"accept", "new", "accepted", "accept", .set = WL_SQL("accepted_at = now()")},
    {"reject", "new", "rejected", "reject", .input = "reason!"},
    {"assign", "accepted returned", "assigned", "assign", .input = "staff!",
     .set = WL_SQL("assigned_at = coalesce(t.assigned_at, now())"),
     .guard = WL_SQL("t.returns < 2"), .refusal = "county_decides"},
    {"decide", "returned", "assigned", "decide", .input = "staff!",
     .guard = WL_SQL("t.returns >= 2"), .refusal = "station_decides"},
    {"start", "assigned", "in_progress", "start", .only = "staff",
     .set = WL_SQL("started_at = coalesce(t.started_at, now())"), .flags = WL_NOT_RELATIVE},
    {"return", "assigned", "returned", "return", .input = "reason!", .only = "staff",
     .set = WL_SQL("returns = t.returns + 1"), .guard = WL_SQL("t.returns < 2"),
     .refusal = "returned_twice"},
    {"transfer", "in_progress", "transferred", "transfer",
     .input = "reason! transfer_kind! transfer_org", .only = "staff",
     .set = WL_SQL("consent_at = null, consent_by = null, replied_at = null")},
    {"consent", "transferred", "waiting", "consent",
     .set = WL_SQL("consent_at = now(), consent_by = core.actor()")},
    {"resume", "transferred waiting", "in_progress", "resume", .input = "reply", .only = "staff"},
    {"finish", "in_progress", "done", "finish", .input = "result!", .only = "staff",
     .set = WL_SQL("done_at = now()"), .flags = WL_NOT_RELATIVE},
    {"callback", "done", "callback", "callback", .input = "rating! callback_note", .never = "staff",
     .set = WL_SQL("callback_at = now(), callback_by = core.actor()"), .flags = WL_NOT_RELATIVE},
    {"close", "callback", "closed", "close", .never = "staff", .set = WL_SQL("closed_at = now()"),
     .flags = WL_NOT_RELATIVE},
    {"reopen", "callback", "in_progress", "reopen", .input = "reason!", .never = "staff",
     .set = WL_SQL("reopens = t.reopens + 1"), .guard = WL_SQL("t.reopens < 2"),
     .refusal = "reopened_twice", .flags = WL_NOT_RELATIVE},
    {"merge", "new accepted assigned in_progress returned transferred waiting", "merged", "merge",
     .input = "merged_into!",
     .guard = WL_SQL("not exists (select from station.request o where o.county = t.county"
                     " and o.merged_into = t.id and o.deleted_at is null)"),
     .refusal = "others_merged_into_it"},
};

/* The clock stands while others have it, but only with the county's consent (domain book 3.1.4). */
static const struct wl_limit limits[] = {
    {"due_accept_at", .ended =
                          "accepted assigned in_progress done callback closed rejected returned "
                          "transferred waiting merged"},
    {"due_finish_at", "waiting", "done callback closed rejected merged",
     .policy = WL_SQL("'request.finish_minutes.' || t.urgency"), .staff = "staff",
     .remind = "staff @station_head", .before = 30},
};

static const struct wl_check checks[] = {
    {"request_rating", "rating"},
    {"request_merged", "merged_into"},
    {"request_secret", "content"},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "transfer_org", "transfer_kind", "STATION"},
};

/* With the county's consent another station gets a request of its own; this one waits for it. */
static const struct wl_effect effects[] = {
    {.on = "consent",
     .when = WL_SQL("t.transfer_kind = 'STATION'"),
     .record = "station.request",
     .rows = WL_SQL("select o.div, 'REFERRAL' as channel, t.category, t.domain, t.urgency,"
                    "       t.content, t.person, t.caller_name, t.caller_relation, t.secret,"
                    "       t.secret_ref, t.id as transferred_from"
                    "  from admin.org_unit o"
                    " where o.county = t.county and o.id = t.transfer_org")},
};

static const struct wl_guard guards[] = {
    {"transfer_org", "request_other_station",
     WL_SQL("t.transfer_kind is distinct from 'STATION' or t.transfer_org is null"
            " or exists (select from admin.org_unit o where o.county = t.county"
            " and o.id = t.transfer_org and o.kind = 'STATION' and o.township <> t.township)")},
};

/* Who has to know (domain book 3.1.4): nothing of the person, nothing of what was said. */
static const struct wl_notice notices[] = {
    {.on = "create", .to = "@station_head", .text = "request.new"},
    {.on = "create",
     .to = "@county_section",
     .text = "request.urgent",
     .when = WL_SQL("t.urgency = 'U1'")},
    {.on = "assign decide", .to = "staff", .text = "request.assigned"},
    {.on = "return",
     .to = "@station_head",
     .text = "request.returned",
     .when = WL_SQL("t.returns < 2")},
    {.on = "return",
     .to = "@county_section",
     .text = "request.returned_twice",
     .when = WL_SQL("t.returns >= 2")},
    {.on = "transfer", .to = "@county_section", .text = "request.transferred"},
    {.on = "consent", .to = "staff", .text = "request.consented"},
    {.on = "reopen", .to = "staff @station_head", .text = "request.reopened"},
    {.on = "request_escalate",
     .to = "staff @station_head",
     .text = "request.escalated",
     .when = WL_SQL("t.escalated_level = 1")},
    {.on = "request_escalate",
     .to = "@station_head @county_section",
     .text = "request.escalated_county",
     .when = WL_SQL("t.escalated_level = 2")},
    {.on = "request_reply", .to = "staff", .text = "request.replied"},
};

const struct wl_record station_request = {
    .name = "request",
    .path = "requests",
    .object = "request",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .limits = WL_ROWS(limits),
    .effects = WL_ROWS(effects),
    .guards = WL_ROWS(guards),
    .notices = WL_ROWS(notices),
    .states = "new accepted assigned in_progress done callback closed rejected returned "
              "transferred merged waiting",
    .locked = "closed rejected merged",
    .sort = "-received_at",
    .title = "no category",
    .person = "person",
    .verbs = "list get create patch export",
    .flags = WL_PUBLISHED,
};
