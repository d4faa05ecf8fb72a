/* 问候计划: who is called, on which days, when and by whom, and who is sent when nobody answers.
 * The clock makes its calls the evening before; its steps mend what was made already. */
#include "calls.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"days", WL_CHOICES, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "WEEKDAY"},
    {"call_at", WL_CLOCK, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"caller", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER},
    {"neighbour", WL_REFERENCE, WL_CLASS_2, .flags = WL_LISTED, .of = "elderly.elder_contact"},
    {"worker", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED},
    {"since", WL_DATE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"until", WL_DATE, WL_CLASS_1, .flags = WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"adjust", "active", "active", "update",
     .input = "days call_at caller neighbour worker until note"},
    {"pause", "active", "paused", "update", .input = "reason!"},
    {"resume", "paused", "active", "update", .input = NULL},
    {"end", "active paused", "ended", "update", .input = "reason!"},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "until", "since", NULL},
};

static const struct wl_check checks[] = {
    {"call_plan_once", "person"},
    {"call_plan_days", "days"},
};

static const struct wl_guard guards[] = {
    {"neighbour", "call_contact_other",
     WL_SQL("t.neighbour is null or exists (select from elderly.elder_contact c"
            " where c.county = t.county and c.id = t.neighbour and c.person = t.person"
            " and c.deleted_at is null)")},
};

#define AT(day) "(" day " + t.call_at) at time zone 'Asia/Shanghai'"

/* What was planned and is still to come goes by the plan as it is now; today's stays as it was
 * where its new time is over, so that the day does not lose its call. */
static const struct wl_effect effects[] = {
    {.on = "adjust pause end",
     .record = "elderly.greeting_call",
     .rows = WL_SQL("select g.id from elderly.greeting_call g"
                    " where g.county = t.county and g.plan = t.id and g.state = 'scheduled'"
                    "   and g.due_at > now() and g.deleted_at is null"
                    "   and (t.state = 'active' and " AT("g.date") " <= now()"
                    "        and extract(isodow from g.date)::text = any (t.days)"
                    "        and coalesce(t.until, g.date) >= g.date) is not true"),
     .set = CALL_DROPPED},
    {.on = "create adjust resume", CALLS_WANTED("c.plan = t.id")},
};

const struct wl_record call_plan = {
    .name = "call_plan",
    .path = "call_plans",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .effects = WL_ROWS(effects),
    .states = "active paused ended",
    .sort = "-created_at",
    .title = "person call_at",
    .person = "person",
    .verbs = "list get create import export",
};
