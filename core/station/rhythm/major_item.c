/* 重大事项一事一议: a dossier goes to the leading group, whose members vote; the votes alone decide
 * between approval and rejection. Who is a near relative of the person concerned, or declared a
 * conflict of interest, is barred and counts neither for the quorum nor for the result. */
#include "station/rhythm/rhythm.h"

/* Over m.staff (member) and t (the matter). */
#define IS_BARRED                                                                                  \
    "(exists (select from station.conflict c where c.county = t.county and c.major_item = t.id"    \
    " and c.member = m.staff and c.state = 'declared' and c.deleted_at is null)"                   \
    " or exists (select from station.near_relative n where n.county = t.county"                    \
    " and n.account = m.staff and n.person = t.person and n.state = 'registered'"                  \
    " and n.deleted_at is null))"
#define MEMBERS                                                                                    \
    "(select count(*) from station.committee_member m where m.county = t.county"                   \
    " and m.committee = t.committee and m.state = 'serving' and m.deleted_at is null"
/* Of members who may vote still: an interest is also declared after the vote. */
#define VOTES                                                                                      \
    "(select count(*) from station.vote x join station.committee_member m on m.county = x.county"  \
    " and m.committee = t.committee and m.staff = x.member and m.state = 'serving'"                \
    " and m.deleted_at is null where x.county = t.county and x.major_item = t.id"                  \
    " and x.deleted_at is null and not " IS_BARRED
#define PERCENT(key) "core.param(t.county, 'major." key "_percent')::int"
#define PASSED                                                                                     \
    "t.yes_votes * 100 > " PERCENT("pass") " * (t.yes_votes + t.no_votes + t.abstentions)"

static const struct wl_field attendee[] = {
    {"name", WL_TEXT, .flags = WL_REQUIRED, .max = 60},
    {"duty", WL_TEXT, .max = 60},
    {"present", WL_BOOL, .flags = WL_REQUIRED},
    {"reason", WL_TEXT, .max = 100},
};

static const struct wl_field follow_up[] = {
    {"task", WL_TEXT, .flags = WL_REQUIRED, .max = 200},
    {"due", WL_DATE, .flags = WL_REQUIRED},
};

static const struct wl_field fields[] = {
    {"no", WL_SERIAL, WL_CLASS_1, .flags = WL_LISTED, .of = "SA"},
    {"cause", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "MAJOR_CAUSE"},
    {"title", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"content", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED, .max = 10000},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_FILTER, .of = "station.resident"},
    {"amount_fen", WL_MONEY, WL_CLASS_1, .flags = WL_LISTED, .max = 100000000000},
    {"application", WL_FILE, WL_CLASS_2, .flags = 0, .max = 20971520, .of = "pdf image office"},
    {"evidence", WL_FILE, WL_CLASS_2, .flags = 0, .max = 20971520, .of = "pdf image office"},
    {"opinion", WL_FILE, WL_CLASS_2, .flags = 0, .max = 20971520, .of = "pdf image office"},
    {"committee", WL_REFERENCE, WL_CLASS_1, .flags = WL_ACTION, .of = "station.committee"},
    {"meeting", WL_REFERENCE, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED | WL_FILTER,
     .of = "station.meeting"},
    {"attendees", WL_LIST, WL_CLASS_1, .flags = WL_ACTION, .max = 100, .items = WL_ROWS(attendee)},
    {"members", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"barred", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED},
    {"yes_votes", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"no_votes", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"abstentions", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"resolution", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 4000},
    {"resolution_file", WL_FILE, WL_CLASS_2, .flags = WL_ACTION, .max = 20971520,
     .of = "pdf image office"},
    {"follow_up", WL_LIST, WL_CLASS_1, .flags = WL_ACTION, .max = 20, .items = WL_ROWS(follow_up)},
    {"owner", WL_STAFF, WL_CLASS_1, .flags = WL_ACTION},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION, .max = 500},
    {"result", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 4000},
    {"submitted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"decided_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"submit", "draft returned", "submitted", "submit", .set = WL_SQL("submitted_at = now()")},
    {"return", "submitted", "returned", "decide", .input = "reason!"},
    {"schedule", "submitted", "scheduled", "decide", .input = "meeting! committee!"},
    {"deliberate", "scheduled", "deliberated", "decide", .input = "attendees!",
     .set = WL_SQL("members = " MEMBERS "), barred = " MEMBERS " and " IS_BARRED "),"
                   " yes_votes = " VOTES " and x.ballot = 'YES'),"
                   " no_votes = " VOTES " and x.ballot = 'NO'),"
                   " abstentions = " VOTES " and x.ballot = 'ABSTAIN')"),
     .guard = WL_SQL(VOTES ") > 0 and " VOTES
                           ") * 100 > " PERCENT("quorum") " * " MEMBERS " and not " IS_BARRED ")"),
     .refusal = "major_item_no_quorum"},
    {"approve", "deliberated", "approved", "decide",
     .input = "resolution! resolution_file follow_up owner", .set = WL_SQL("decided_at = now()"),
     .guard = WL_SQL(PASSED), .refusal = "major_item_not_passed", .flags = WL_NOT_RELATIVE},
    {"reject", "deliberated", "rejected", "decide", .input = "resolution! resolution_file",
     .set = WL_SQL("decided_at = now()"), .guard = WL_SQL("not (" PASSED ")"),
     .refusal = "major_item_passed", .flags = WL_NOT_RELATIVE},
    {"execute", "approved", "executing", "decide", .input = NULL},
    {"close", "executing", "closed", "decide", .input = "result!",
     .set = WL_SQL("closed_at = now()"),
     .guard = WL_SQL("not exists (select from station.action_item a where a.county = t.county"
                     " and a.source = 'station.major_item:' || t.id"
                     " and a.state in ('open', 'done') and a.deleted_at is null)"),
     .refusal = "major_item_follow_up_open"},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "owner", "follow_up", "*"},
};

static const struct wl_effect effects[] = {
    {"approve", .when = WL_SQL("t.follow_up is not null"), .record = "station.action_item",
     .rows = WL_SQL("select f.n::text as key, f.item ->> 'task' as title,"
                    " left(t.resolution, 2000) as content, t.meeting,"
                    " 'station.major_item:' || t.id as source, t.owner,"
                    " (f.item ->> 'due')::date as due from t cross join lateral"
                    " jsonb_array_elements(t.follow_up) with ordinality as f (item, n)")},
};

static const struct wl_notice notices[] = {
    {.on = "submit", .to = "@county_leader @county_admin", .text = "major_item.submitted"},
    {.on = "return", .to = "@station_head", .text = "major_item.returned"},
};

const struct wl_record station_major_item = {
    .name = "major_item",
    .path = "major_items",
    .object = "major_item",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .effects = WL_ROWS(effects),
    .notices = WL_ROWS(notices),
    .states = "draft submitted returned scheduled deliberated approved rejected executing closed",
    .locked = "submitted scheduled deliberated approved rejected executing closed",
    .sort = "-created_at",
    .title = "no title",
    .person = "person",
    .verbs = "list get create patch export",
};
