/* 实习: students who practise at a station, each with a mentor. What an intern writes is a draft:
 * only the mentor's sign makes a visit of it (domain book 1.2). */
#include "station/people/people.h"

enum { HOURS_MAX = 20000 }; /* tenths of an hour */

static const struct wl_field intern_fields[] = {
    {"name", WL_NAME, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 60},
    {"account", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED},
    {"college_name", WL_TEXT, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"college", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED, .of = "admin.org_unit"},
    {"major", WL_TEXT, WL_CLASS_1, .flags = WL_LISTED, .max = 60},
    {"mentor", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"from_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"to_on", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"hours", WL_DECIMAL, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .min = 1, .max = HOURS_MAX,
     .scale = 1},
    {"evaluation", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 2000},
    {"grade", WL_INTEGER, WL_CLASS_2, .flags = WL_ACTION, .min = 0, .max = 100},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action intern_actions[] = {
    {"begin", "planned", "active", "manage", .input = NULL},
    {"complete", "active", "completed", "evaluate", .input = "hours! evaluation! grade",
     .only = "mentor"},
    {"end", "planned active", "ended", "manage", .input = "reason!"},
};

static const struct wl_check intern_checks[] = {
    {"intern_mentor", "mentor"},
};

static const struct wl_rule intern_rules[] = {
    {WL_NOT_BEFORE, "to_on", "from_on", NULL},
};

const struct wl_record station_intern = {
    .name = "intern",
    .path = "interns",
    .object = "internship",
    .fields = WL_ROWS(intern_fields),
    .actions = WL_ROWS(intern_actions),
    .checks = WL_ROWS(intern_checks),
    .rules = WL_ROWS(intern_rules),
    .states = "planned active completed ended",
    .locked = "completed ended",
    .sort = "-created_at",
    .title = "college_name major",
    .verbs = "list get create patch export",
};

/* 走访草稿: the fields of a visit, and who answers for them. */
static const struct wl_field draft_fields[] = {
    {"author", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .compute = WL_SQL("core.actor()")},
    {"mentor", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "station.resident"},
    {"kind", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "VISIT_KIND"},
    {"visited_at", WL_TIME, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_NOT_FUTURE},
    {"minutes", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED, .min = 1, .max = 1440},
    {"result", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .of = "VISIT_RESULT"},
    {"risk", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 2000},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"signed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
};

static const struct wl_action draft_actions[] = {
    {"submit", "draft returned", "submitted", "submit", .only = "author"},
    {"sign", "submitted", "signed", "sign", .only = "mentor", .never = "author",
     .set = WL_SQL("signed_at = now()"), .flags = WL_NOT_RELATIVE},
    {"return", "submitted", "returned", "sign", .input = "reason!", .only = "mentor",
     .never = "author"},
};

/* Signed, it is a visit as if the mentor had entered it. */
static const struct wl_effect draft_effects[] = {
    {.on = "sign",
     .record = "station.visit",
     .rows = WL_SQL("select t.person, t.kind, t.visited_at, t.minutes, t.result, t.risk, t.note")},
};

static const struct wl_guard draft_guards[] = {
    {"mentor", "intern_draft_own_mentor",
     WL_SQL("t.state in ('signed', 'returned') or exists (select from station.intern i"
            " where i.county = t.county and i.account = t.author and i.mentor = t.mentor"
            " and i.state = 'active' and i.deleted_at is null)")},
};

static const struct wl_check draft_checks[] = {
    {"intern_draft_mentor", "mentor"},
};

const struct wl_record station_intern_draft = {
    .name = "intern_draft",
    .path = "intern_drafts",
    .object = "intern_draft",
    .fields = WL_ROWS(draft_fields),
    .effects = WL_ROWS(draft_effects),
    .guards = WL_ROWS(draft_guards),
    .actions = WL_ROWS(draft_actions),
    .checks = WL_ROWS(draft_checks),
    .states = "draft submitted signed returned",
    .locked = "submitted signed",
    .sort = "-created_at",
    .title = "person visited_at",
    .person = "person",
    .verbs = "list get create patch",
};
