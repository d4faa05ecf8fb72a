/* 能力评估 by GB/T 42195-2022. Assessors give 26 scores and what was found; sums and levels are the
 * table's (generated columns over the functions of sql/0004), so none can be sent. The first
 * signature closes the sheet, the second makes it effective: it is then the profile's ability, and
 * what was effective before gives way. A disputed one stands until two others assess anew; a sheet
 * that comes to nothing (an assessor is gone, the elder has died) is withdrawn. */
#include "elderly.h"

#define SCORE(name, top)                                                                           \
    {                                                                                              \
        name, WL_INTEGER, WL_CLASS_3, .flags = WL_REQUIRED, .min = 0, .max = (top)                 \
    }
#define GIVEN(name, type)                                                                          \
    {                                                                                              \
        name, type, WL_CLASS_3, .flags = WL_COMPUTED                                               \
    }

static const struct wl_field event_fields[] = {
    {.name = "kind", .type = WL_CHOICE, .flags = WL_REQUIRED, .of = "CARE_RISK"},
    {.name = "date", .type = WL_DATE, .flags = WL_REQUIRED},
    {.name = "note", .type = WL_TEXT, .max = 200},
};

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_3, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"reason", WL_CHOICE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "ASSESS_REASON"},
    {"reviews", WL_REFERENCE, WL_CLASS_2, .flags = WL_LISTED | WL_FILTER,
     .of = "elderly.ability_assessment"},
    {"assessed_at", WL_TIME, WL_CLASS_2,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_NOT_FUTURE},
    {"place", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 100},
    {"assessor1", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"assessor2", WL_STAFF, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED},
    {"medical", WL_STAFF, WL_CLASS_1, .flags = 0},
    {"informant", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 60},
    {"informant_relation", WL_CHOICE, WL_CLASS_2, .flags = 0, .of = "FAMILY_REL"},
    {"diagnoses", WL_CHOICES, WL_CLASS_3, .flags = 0, .of = "DISEASE"},
    {"risk_events", WL_LIST, WL_CLASS_3, .flags = 0, .max = 50, .items = WL_ROWS(event_fields)},
    {"health", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 2000},
    {"coma", WL_BOOL, WL_CLASS_3, .flags = WL_REQUIRED},
    /* B1 自理能力, 32 */
    SCORE("eating", 4),
    SCORE("grooming", 4),
    SCORE("bathing", 4),
    SCORE("upper_dress", 4),
    SCORE("lower_dress", 4),
    SCORE("bladder", 4),
    SCORE("bowel", 4),
    SCORE("toilet", 4),
    /* B2 基础运动能力, 15 */
    SCORE("bed_move", 4),
    SCORE("transfer", 4),
    SCORE("walking", 4),
    SCORE("stairs", 3),
    /* B3 精神状态, 28 */
    SCORE("time_sense", 4),
    SCORE("place_sense", 4),
    SCORE("person_sense", 4),
    SCORE("memory", 4),
    SCORE("understanding", 4),
    SCORE("expression", 4),
    SCORE("aggression", 1),
    SCORE("depression", 1),
    SCORE("consciousness", 2),
    /* B4 感知觉与社会参与, 15 */
    SCORE("sight", 2),
    SCORE("hearing", 2),
    SCORE("daily_tasks", 4),
    SCORE("transport", 3),
    SCORE("social", 4),
    GIVEN("b1", WL_INTEGER),
    GIVEN("b2", WL_INTEGER),
    GIVEN("b3", WL_INTEGER),
    GIVEN("b4", WL_INTEGER),
    {"total", WL_INTEGER, WL_CLASS_3, .flags = WL_COMPUTED | WL_LISTED},
    {"level0", WL_CHOICE, WL_CLASS_3, .flags = WL_COMPUTED, .of = "ABILITY"},
    GIVEN("mental_dx", WL_BOOL),
    GIVEN("risk_events_30d", WL_INTEGER),
    {"adjusted_by", WL_CHOICES, WL_CLASS_3, .flags = WL_COMPUTED, .of = "ABILITY_ADJUST"},
    {"level", WL_CHOICE, WL_CLASS_3, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER, .of = "ABILITY"},
    {"signed1_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"signed2_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"effective_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"valid_to", WL_DATE, WL_CLASS_2, .flags = WL_COMPUTED | WL_LISTED},
    {"reassess_due", WL_TIME, WL_CLASS_2, .flags = WL_COMPUTED},
    {"disputed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"note", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

#define VALID_TO                                                                                   \
    "(elderly.china_day(t.assessed_at)"                                                            \
    " + make_interval(months => core.param(t.county, 'elderly.assessment_months')::int))::date"

static const struct wl_action actions[] = {
    {"sign", "draft", "submitted", "update", .only = "assessor1",
     .set = WL_SQL("signed1_at = now()"), .flags = WL_NOT_RELATIVE},
    {"countersign", "submitted", "effective", "update", .only = "assessor2",
     .set = WL_SQL("signed2_at = now(), effective_at = now(), valid_to = " VALID_TO ","
                   " reassess_due = timezone('Asia/Shanghai', (" VALID_TO " + 1)::timestamp)"),
     .flags = WL_NOT_RELATIVE},
    {"send_back", "submitted", "draft", "update", .input = "note!", .only = "assessor2",
     .set = WL_SQL("signed1_at = null")},
    {"dispute", "effective", "disputed", "update", .input = "note!",
     .set = WL_SQL("disputed_at = now()")},
    {"withdraw", "draft submitted", "withdrawn", "update", .input = "note!"},
};

/* While one of the person's is disputed, nothing but an answer to it can be written. */
#define DISPUTED                                                                                   \
    "(select d.id from elderly.ability_assessment d where d.county = t.county"                     \
    " and d.person = t.person and d.state = 'disputed' and d.deleted_at is null limit 1)"

static const struct wl_guard guards[] = {
    {"person", "profile_missing",
     WL_SQL("t.state not in ('draft', 'submitted', 'effective') or exists (select from"
            " elderly.elder_profile p where p.county = t.county and p.person = t.person"
            " and p.state <> 'closed' and p.deleted_at is null)")},
    {"reviews", "answers_dispute",
     WL_SQL("t.state not in ('draft', 'submitted', 'effective')"
            " or t.reviews is not distinct from " DISPUTED)},
    {"assessed_at", "assessment_older",
     WL_SQL("t.state not in ('submitted', 'effective') or not exists (select from"
            " elderly.ability_assessment a where a.county = t.county and a.person = t.person"
            " and a.state in ('effective', 'disputed') and a.assessed_at > t.assessed_at"
            " and a.deleted_at is null)")},
    {"assessor1", "assessor_again",
     WL_SQL("t.reviews is null or not exists (select from elderly.ability_assessment d"
            " where d.county = t.county and d.id = t.reviews"
            " and array[d.assessor1, d.assessor2] && array[t.assessor1, t.assessor2])")},
    {"medical", "assessor_medical",
     WL_SQL("t.state not in ('draft', 'submitted') or t.medical in (t.assessor1, t.assessor2)"
            " or t.medical is null"
            "    and core.param(t.county, 'elderly.assessment_medical') = 'false'")},
};

static const struct wl_rule rules[] = {
    {WL_REQUIRED_IF, "reviews", "reason", "REVIEW"},
    {WL_FORBIDDEN_IF, "reviews", "reason", "FIRST REGULAR PROMPT OTHER"},
    {WL_REQUIRED_IF, "informant_relation", "informant", "*"},
};

/* The profile first: its row is what two assessments of one person wait for, so that the later
 * sees the earlier and takes its place. */
static const struct wl_effect effects[] = {
    {.on = "countersign", .record = "elderly.elder_profile",
     .rows = WL_SQL("select p.id, t.level, t.diagnoses, elderly.china_day(t.assessed_at) as day"
                    "  from elderly.elder_profile p"
                    " where p.county = t.county and p.person = t.person and p.state <> 'closed'"
                    "   and p.deleted_at is null"),
     .set = WL_SQL("ability = s.level, assessed_on = s.day, diseases ="
                   " (select array_agg(distinct x.code order by x.code)"
                   "    from unnest(o.diseases || s.diagnoses) x (code))")},
    {.on = "countersign", .record = "elderly.ability_assessment",
     .rows = WL_SQL("select a.id from elderly.ability_assessment a"
                    " where a.county = t.county and a.person = t.person and a.id <> t.id"
                    "   and a.state in ('effective', 'disputed') and a.deleted_at is null"),
     .set = WL_SQL("state = case o.state when 'disputed' then 'reassessed' else 'superseded' end")},
};

static const struct wl_limit limits[] = {
    {.due = "reassess_due", .ended = "draft submitted reassessed superseded withdrawn",
     .remind = "assessor1 @station_head"},
};

static const struct wl_notice notices[] = {
    {.on = "sign", .to = "assessor2", .text = "ability_assessment.signed"},
    {.on = "send_back", .to = "assessor1", .text = "ability_assessment.sent_back"},
    {.on = "dispute", .to = "assessor1 assessor2 @station_head",
     .text = "ability_assessment.disputed"},
};

static const struct wl_check checks[] = {
    {"ability_assessment_two_assessors", "assessor2"},
};

const struct wl_record ability_assessment = {
    .name = "ability_assessment",
    .path = "assessments",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .effects = WL_ROWS(effects),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .checks = WL_ROWS(checks),
    .states = "draft submitted effective disputed reassessed superseded withdrawn",
    .locked = "submitted effective disputed reassessed superseded withdrawn",
    .sort = "-assessed_at",
    .title = "person assessed_at",
    .person = "person",
    .sections = "who:person health:diagnoses care:eating motion:bed_move mind:time_sense"
                " senses:sight result:b1",
    .verbs = "list get create patch export",
};
