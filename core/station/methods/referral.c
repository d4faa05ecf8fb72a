/* 转介: one row of two stations. The sender writes it; the station it goes to accepts or refuses,
 * and says what came of it; the sender ends it. */
#include "station/methods/methods.h"

#include <wulian/tags.h>

/* The caller works at the place: in that township, neither above nor beside it. */
#define AT(div)                                                                                    \
    "(" div " / 1000 = (select nullif(current_setting('wl.lo', true), '')::bigint) / 1000)"

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "RF"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "REFERRAL_KIND"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"person_name", WL_NAME, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED, .max = 60},
    {"phone", WL_PHONE, WL_CLASS_2, .flags = 0},
    {"to_unit", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "admin.org_unit"},
    {"to_div", WL_DIVISION, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("select u.div from admin.org_unit u"
                       " where u.county = v.county and u.id = v.to_unit")},
    {"consent", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_FIXED, .of = "station.consent"},
    {"case_file", WL_REFERENCE, WL_CLASS_1, .flags = WL_FIXED, .of = "station.case_file"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_FIXED, .of = "station.request"},
    {"need", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 2000},
    {"urgency", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FIXED,
     .of = "URGENCY"},
    {"sent_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER | WL_SORT,
     .compute = WL_SQL("now()")},
    {"due_accept_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("case when v.kind = 'MOVE' then"
                       " core.due_at(v.county, 'referral.move_minutes', now()) end")},
    {"due_feedback_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.due_at(v.county, 'referral.feedback_minutes', now())")},
    {"receiver", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED},
    {"accepted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"moved_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"feedback", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 2000},
    {"finished_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"result", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 1000},
    {"shared_until", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"ended_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    WL_MODEL_TAGS(WL_REQUIRED | WL_FILTER),
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"accept", "sent", "accepted", "answer", .input = "receiver!",
     .set = WL_SQL("accepted_at = now(), moved_at = case when t.kind = 'MOVE' then now() end,"
                   " shared_until = now() + make_interval("
                   "days => core.param(t.county, 'referral.share_days')::int)"),
     .guard = WL_SQL(AT("t.to_div")), .refusal = "referral_not_yours"},
    {"refuse", "sent", "refused", "answer", .input = "reason!", .guard = WL_SQL(AT("t.to_div")),
     .refusal = "referral_not_yours"},
    {"finish", "accepted", "finished", "answer", .input = "feedback!",
     .set = WL_SQL("finished_at = now()"), .guard = WL_SQL(AT("t.to_div")),
     .refusal = "referral_not_yours"},
    {"end", "finished refused", "ended", "update", .input = "result!",
     .set = WL_SQL("ended_at = now()"), .guard = WL_SQL(AT("t.div")),
     .refusal = "referral_senders"},
    {"withdraw", "sent", "withdrawn", "update", .input = "reason!",
     .set = WL_SQL("ended_at = now()"), .guard = WL_SQL(AT("t.div")),
     .refusal = "referral_senders"},
};

static const struct wl_guard guards[] = {
    {"consent", "referral_consent",
     WL_SQL("t.state <> 'sent' or exists (select from station.consent c"
            " where c.county = t.county and c.id = t.consent and c.person = t.person"
            " and c.kind = 'REFERRAL' and c.state = 'given' and c.deleted_at is null"
            " and (c.valid_to is null or c.valid_to > core.today()))")},
    {"consent", "referral_consent_gone",
     WL_SQL("t.state <> 'accepted' or station.referral_consented(t.id)")},
};

static const struct wl_check checks[] = {
    {"referral_away", "to_unit"},
};

static const struct wl_limit limits[] = {
    {"due_accept_at", .ended = "accepted refused finished ended withdrawn"},
    {"due_feedback_at", .ended = "refused finished ended withdrawn", .staff = "receiver"},
};

/* Who moved takes the caseload along: the function does it, and names no row to change besides. */
static const struct wl_effect effects[] = {
    {.on = "accept",
     .when = WL_SQL("t.kind = 'MOVE'"),
     .record = "station.case_file",
     .rows = WL_SQL("select station.caseload_move(t.id) as id"),
     .set = WL_SQL("level = o.level")},
};

const struct wl_record station_referral = {
    .name = "referral",
    .path = "referrals",
    .object = "referral",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .limits = WL_ROWS(limits),
    .effects = WL_ROWS(effects),
    .states = "sent accepted refused finished ended withdrawn",
    .locked = "accepted refused finished ended withdrawn",
    .sort = "-sent_at",
    .title = "no person_name",
    .person = "person",
    .verbs = "list get create patch",
    .flags = WL_HANDED_ON,
    .shares = "accepted finished",
};
