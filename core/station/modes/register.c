/* 隔离人员 with their checks, 外来人员: registers of an incident, erased when it has been over long
 * enough (sql/0062). Nobody is released by the word of one person (P03 P04). */
#include "station/modes/modes.h"

/* ---- people in quarantine ---------------------------------------------------------------------
 */

static const struct wl_field fields[] = {
    {"incident", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.incident"},
    {"person", WL_REFERENCE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"kind", WL_CHOICE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ISOLATION_KIND"},
    {"place", WL_TEXT, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED, .max = 200},
    {"started_on", WL_DATE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_NOT_FUTURE},
    {"planned_end", WL_DATE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED},
    {"keeper", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {"due_check_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.due_at(v.county, 'isolation.check_minutes', now())")},
    {"last_check_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"left_noticed", WL_INTEGER, WL_CLASS_3, .flags = WL_COMPUTED | WL_LISTED},
    {"note", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 1000},
    {"proposed_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED},
    {"proposed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"release_basis", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 500},
    {"released_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"released_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"reason", WL_TEXT, WL_CLASS_3, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"extend", "isolating", "isolating", "update", .input = "planned_end! reason!"},
    {"propose", "isolating", "release_proposed", "update", .input = "release_basis!",
     .set = WL_SQL("proposed_by = core.actor(), proposed_at = now()")},
    {"release", "release_proposed", "released", "release", .never = "proposed_by",
     .set = WL_SQL("released_by = core.actor(), released_at = now()"),
     .guard = WL_SQL("t.planned_end <= core.today()"), .refusal = "isolation_early",
     .flags = WL_NOT_RELATIVE},
    {"refuse", "release_proposed", "isolating", "release", .input = "reason! planned_end",
     .never = "proposed_by"},
};

static const struct wl_limit limits[] = {
    {"due_check_at", .ended = "release_proposed released", .staff = "keeper",
     .remind = "@station_head"},
};

/* What is registered while the emergency lasts; what was, may be put right after. */
#define INCIDENT_LASTS                                                                             \
    "exists (select from station.incident i where i.county = t.county and i.id = t.incident"       \
    " and (i.state <> 'closed' or i.closed_at > t.created_at))"

/* And where it is: whoever closes it sees all that is registered for it, and erases no others'. */
#define INCIDENT_IS_HERE                                                                           \
    "exists (select from station.incident i where i.county = t.county and i.id = t.incident"       \
    " and t.div >= i.div and t.div < core.scope_hi(i.div))"

static const struct wl_guard guards[] = {
    {"incident", "incident_over", WL_SQL(INCIDENT_LASTS)},
    {"incident", "incident_elsewhere", WL_SQL(INCIDENT_IS_HERE)},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "planned_end", "started_on", NULL},
};

static const struct wl_check checks[] = {
    {"isolation_subject_once", "person"},
};

const struct wl_record station_isolation_subject = {
    .name = "isolation_subject",
    .path = "isolation_subjects",
    .object = "isolation",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .checks = WL_ROWS(checks),
    .guards = WL_ROWS(guards),
    .limits = WL_ROWS(limits),
    .states = "isolating release_proposed released",
    .locked = "released",
    .sort = "-created_at",
    .title = "person kind",
    .person = "person",
    .verbs = "list get create patch",
};

/* ---- checks -----------------------------------------------------------------------------------
 */

static const struct wl_field check_fields[] = {
    {"subject", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.isolation_subject"},
    {"incident", WL_REFERENCE, WL_CLASS_1, .flags = WL_COMPUTED, .of = "station.incident",
     .compute = WL_SQL("(select i.incident from station.isolation_subject i"
                       " where i.county = v.county and i.id = v.subject)")},
    {"checked_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE | WL_FIXED},
    {"way", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED, .of = "CHECK_WAY"},
    {"seen", WL_BOOL, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"symptoms", WL_CHOICES, WL_CLASS_3, .flags = WL_LISTED, .of = "SYMPTOM"},
    {"temperature", WL_DECIMAL, WL_CLASS_3, .flags = WL_LISTED, .min = 300, .max = 450, .scale = 1},
    {"left_home", WL_BOOL, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED},
    {"left_note", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 500},
    {"needs", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"checker", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("core.actor()")},
};

static const struct wl_rule check_rules[] = {
    {WL_REQUIRED_IF, "left_note", "left_home", "true"},
};

static const struct wl_guard check_guards[] = {
    {"subject", "isolation_over",
     WL_SQL("exists (select from station.isolation_subject i where i.county = t.county"
            " and i.id = t.subject and (i.state <> 'released' or i.released_at > t.created_at))")},
};

/* A check moves the next one on; what followed from it stays, so that a wrong one is put right by
 * another. Who was found away is looked for: the request says nothing of
 * isolation, since it stays when the register is erased. */
static const struct wl_effect check_effects[] = {
    {"create", .record = "station.isolation_subject",
     .rows = WL_SQL("select t.subject as id, t.checked_at, t.left_home"),
     .set = WL_SQL("last_check_at = greatest(o.last_check_at, s.checked_at),"
                   " due_check_at = core.due_at(o.county, 'isolation.check_minutes',"
                   " greatest(o.last_check_at, s.checked_at)),"
                   " left_noticed = o.left_noticed + s.left_home::int")},
    {"create", .when = WL_SQL("t.left_home"), .record = "station.request",
     .rows = WL_SQL("select i.person, i.div, 'VISIT' as channel, 'OTHER' as category,"
                    " 'G' as domain, 'U2' as urgency, '走访未见到本人，请即核实' as content,"
                    " t.id::text as key"
                    " from station.isolation_subject i"
                    " where i.county = t.county and i.id = t.subject")},
};

const struct wl_record station_isolation_check = {
    .name = "isolation_check",
    .path = "isolation_checks",
    .object = "isolation",
    .fields = WL_ROWS(check_fields),
    .rules = WL_ROWS(check_rules),
    .guards = WL_ROWS(check_guards),
    .effects = WL_ROWS(check_effects),
    .sort = "-checked_at",
    .title = "subject checked_at",
    .person = "subject",
    .verbs = "list get create patch",
};

/* ---- people who came in -----------------------------------------------------------------------
 */

static const struct wl_field incomer_fields[] = {
    {"incident", WL_REFERENCE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.incident"},
    {"name", WL_NAME, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 60},
    {"phone", WL_PHONE, WL_CLASS_2, .flags = WL_LISTED},
    {"kind", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "INCOMER_KIND"},
    {"from_place", WL_TEXT, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED, .max = 100},
    {"travel_by", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "TRAVEL_BY"},
    {"arrived_on", WL_DATE, WL_CLASS_2,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"leave_on", WL_DATE, WL_CLASS_2, .flags = 0},
    {"contact_note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"recorded_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED, .compute = WL_SQL("core.actor()")},
    {"left_on", WL_DATE, WL_CLASS_2, .flags = WL_ACTION | WL_NOT_FUTURE},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action incomer_actions[] = {
    {"leave", "staying", "gone", "update", .input = "left_on!"},
};

static const struct wl_rule incomer_rules[] = {
    {WL_NOT_BEFORE, "leave_on", "arrived_on", NULL},
    {WL_NOT_BEFORE, "left_on", "arrived_on", NULL},
};

const struct wl_record station_incomer = {
    .name = "incomer",
    .path = "incomers",
    .object = "incomer",
    .fields = WL_ROWS(incomer_fields),
    .actions = WL_ROWS(incomer_actions),
    .rules = WL_ROWS(incomer_rules),
    .guards = WL_ROWS(guards),
    .states = "staying gone",
    .sort = "-arrived_on",
    .title = "name arrived_on",
    .verbs = "list get create patch import",
};
