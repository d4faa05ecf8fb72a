/* 问候电话: a planned person-day. Unanswered and tried again, it goes on by itself (calls.c) to the
 * neighbour, to a worker, to an emergency, until somebody has spoken to the person or seen them.
 * Each step is told to who must take it, and logged (call_step.c). */
#include "calls.h"
#include "people.h"

#define LIMIT(step) "step_due_at = now() + elderly.call_limit(t.county, t.div, '" step "')"
#define HOW "service_how = core.service_how(t.county, t.div, 'CALL')"
#define TALK "outcome! mood meal_ok need urgency need_note"

static const struct wl_field fields[] = {
    {"plan", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "elderly.call_plan"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"date", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED},
    {"due_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"opens_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("v.due_at - elderly.minutes(v.county, v.div, 'call_window_minutes')")},
    {"staff", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"neighbour", WL_REFERENCE, WL_CLASS_2, .flags = 0, .of = "elderly.elder_contact"},
    {"service_how", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "SERVICE_HOW",
     .compute = WL_SQL("core.service_how(v.county, v.div, 'CALL', null, v.due_at)")},
    {"tries", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"outcome", WL_CHOICE, WL_CLASS_2, .flags = WL_ACTION | WL_LISTED, .of = "CALL_RESULT"},
    {"mood", WL_CHOICE, WL_CLASS_3, .flags = WL_ACTION, .of = "MOOD"},
    {"meal_ok", WL_BOOL, WL_CLASS_2, .flags = WL_ACTION},
    {"need", WL_CHOICE, WL_CLASS_2, .flags = WL_ACTION, .of = "REQ_CAT"},
    {"urgency", WL_CHOICE, WL_CLASS_1, .flags = WL_ACTION, .of = "URGENCY"},
    {"need_note", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"found", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 500},
    {"told", WL_CHOICES, WL_CLASS_1, .flags = WL_ACTION, .of = "ALARM_TO"},
    {"contact_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"contact_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"step_due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("v.due_at + elderly.minutes(v.county, v.div, 'call_window_minutes')")},
    {"missed", WL_BOOL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

/* Who records contacts, records these: "create" is the room workers' right too (domain 3.7). */
static const struct wl_action actions[] = {
    {"answer", "scheduled unanswered", "answered", "create", .input = TALK,
     .set = WL_SQL("contact_at = now(), contact_by = core.actor(), tries = t.tries + 1, " HOW),
     .guard = WL_SQL("t.opens_at <= now()"), .refusal = "call_too_early"},
    {"no_answer", "scheduled unanswered", "unanswered", "create", .input = "outcome!",
     .set = WL_SQL("tries = t.tries + 1, " HOW ", step_due_at ="
                   " elderly.call_tried(t.county, t.div, t.tries, t.step_due_at, now())"),
     .guard = WL_SQL("t.opens_at <= now()"), .refusal = "call_too_early"},
    {"ask_neighbour", "unanswered", "neighbour", "create", .set = WL_SQL(LIMIT("neighbour")),
     .guard = WL_SQL("t.neighbour is not null"), .refusal = "call_no_neighbour"},
    {"send_worker", "unanswered neighbour", "worker", "create", .input = "staff! found!",
     .set = WL_SQL(LIMIT("worker"))},
    {"alarm", "neighbour worker emergency", "emergency", "create", .input = "found! told!",
     .set = WL_SQL(LIMIT("emergency"))},
    {"resolve", "neighbour worker emergency", "resolved", "create", .input = TALK " found!",
     .set = WL_SQL("contact_at = now(), contact_by = core.actor()")},
    {"cancel", "scheduled", "cancelled", "close", .input = "reason!",
     .guard = WL_SQL("now() < t.due_at"), .refusal = "call_cancel_late"},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "need", "outcome", "NEED"},
    {WL_REQUIRED_IF, "urgency", "need", "*"},
};

static const struct wl_check checks[] = {
    {"greeting_call_outcome", "outcome"},
};

static const struct wl_limit limits[] = {
    {"step_due_at", .ended = "answered resolved missed cancelled", .staff = "staff",
     .remind = "staff @station_head"},
};

#define STEPS "answer no_answer ask_neighbour send_worker alarm resolve"

static const struct wl_effect effects[] = {
    {.on = STEPS,
     .record = "elderly.call_step",
     .rows = WL_SQL("select t.id as call, t.person, upper(t.state) as step,"
                    "       t.updated_at as taken_at, t.outcome as result, t.found, t.told")},
    /* No meal and no drug are the same day's work, an abnormal state is danger (domain 3.1.4). */
    {.on = "answer resolve",
     .when = WL_SQL("t.need is not null or t.outcome = 'ABNORMAL' or not t.meal_ok"),
     .record = "station.request",
     .rows = WL_SQL("select t.person, 'PHONE' as channel, 'E' as domain,"
                    "       coalesce(t.need, case when not t.meal_ok then 'MEAL' else 'OTHER' end)"
                    "           as category,"
                    "       coalesce(t.urgency, case t.outcome when 'ABNORMAL' then 'U1'"
                    "                                          else 'U2' end) as urgency,"
                    "       'elderly.greeting_call:' || t.id as plugin_ref,"
                    "       concat_ws('，', '问候电话：' || (select c.zh from core.code c"
                    "                     where c.tab = 'CALL_RESULT' and c.code = t.outcome),"
                    "                 case when not t.meal_ok then '未用餐' end, t.need_note)"
                    "           as content")},
    ELDER_MET("answer resolve", "t.outcome <> 'FAMILY' and"
                                " core.setting(t.county, t.div, 'elderly.call_is_visit') = 'true'"),
};

/* The clock's notices stand beside those of the steps that people take themselves. */
static const struct wl_notice notices[] = {
    {"ask_neighbour call_escalate", "staff", "greeting_call.neighbour",
     WL_SQL("t.state = 'neighbour'")},
    {"send_worker call_escalate", "staff", "greeting_call.worker", WL_SQL("t.state = 'worker'")},
    {"alarm call_escalate", "staff @station_head", "greeting_call.emergency",
     WL_SQL("t.state = 'emergency'")},
    {"call_missed", "staff @station_head", "greeting_call.missed", WL_SQL("t.missed")},
};

const struct wl_record greeting_call = {
    .name = "greeting_call",
    .path = "greeting_calls",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .limits = WL_ROWS(limits),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .states = "scheduled answered unanswered neighbour worker emergency resolved missed cancelled",
    .locked = "answered resolved missed cancelled",
    .sort = "-due_at",
    .title = "person due_at",
    .person = "person",
    .verbs = "list get patch export",
};
