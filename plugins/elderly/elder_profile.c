/* 老年人档案. Active, it says what kinds of hardship there are, how often the elder is seen, and
 * until when the next time. Nobody sets the tier below what the record itself suggests but the
 * station's head, with a reason; that holds until something graver is suggested than the head knew
 * of (`lowered_from`): then the clock raises it. */
#include "calls.h"
#include "elderly.h"

static const struct wl_field fields[] = {
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "station.resident"},
    {"categories", WL_CHOICES, WL_CLASS_3, .flags = WL_LISTED, .of = "ELDER_CAT"},
    {"special", WL_BOOL, WL_CLASS_3, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"living", WL_CHOICE, WL_CLASS_2, .flags = WL_LISTED, .of = "LIVING"},
    {"ability", WL_CHOICE, WL_CLASS_3, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .of = "ABILITY"},
    {"assessed_on", WL_DATE, WL_CLASS_2, .flags = WL_COMPUTED},
    {"tier", WL_CHOICE, WL_CLASS_2, .flags = WL_LISTED | WL_FILTER | WL_FIXED, .of = "ELDER_TIER"},
    {"tier_suggested", WL_CHOICE, WL_CLASS_2, .flags = WL_COMPUTED, .of = "ELDER_TIER"},
    {"lowered_from", WL_CHOICE, WL_CLASS_2, .flags = WL_COMPUTED, .of = "ELDER_TIER"},
    {"worker", WL_STAFF, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER},
    {"diseases", WL_CHOICES, WL_CLASS_3, .flags = 0, .of = "DISEASE"},
    {"diet", WL_CHOICE, WL_CLASS_3, .flags = 0, .of = "DIET"},
    {"allergy", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 500},
    {"drug_note", WL_TEXT, WL_CLASS_3, .flags = 0, .max = 1000},
    {"floor", WL_INTEGER, WL_CLASS_2, .flags = 0, .min = -5, .max = 120},
    {"lift", WL_BOOL, WL_CLASS_2, .flags = 0},
    {"consent_visit", WL_BOOL, WL_CLASS_2, .flags = WL_REQUIRED | WL_LISTED},
    {"active_since", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"contacted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"change_kind", WL_CHOICE, WL_CLASS_2, .flags = WL_ACTION, .of = "ELDER_CHANGE"},
    {"changed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"next_visit_due", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"suspended_for", WL_CHOICE, WL_CLASS_2, .flags = WL_ACTION, .of = "ELDER_SUSPEND"},
    {"closed_for", WL_CHOICE, WL_CLASS_2, .flags = WL_ACTION | WL_LISTED, .of = "ELDER_CLOSE"},
    {"closed_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
    {"reason", WL_TEXT, WL_CLASS_2, .flags = WL_ACTION, .max = 500},
};

/* As they are where the resident has moved out of the caller's sight. */
#define CATEGORIES                                                                                 \
    "coalesce((select elderly.with_age(t.categories, r.birth, core.today())"                       \
    " from station.v_resident r where r.county = t.county and r.id = t.person), t.categories)"
#define FIRST_TIER                                                                                 \
    "least(t.tier, elderly.tier_suggested(" CATEGORIES ", t.ability, t.diseases))"
#define DUE(tier, changed)                                                                         \
    "elderly.next_visit_due(t.county, t.div, " tier ", t.consent_visit, "                          \
    "greatest(t.contacted_at, t.active_since, " changed "), " changed ")"

/* The letters of tiers sort from the gravest: H, K, N. */
static const struct wl_action actions[] = {
    {"activate", "draft", "active", "update", .input = NULL,
     .set = WL_SQL("categories = " CATEGORIES ", tier = " FIRST_TIER ", active_since = now(),"
                   " next_visit_due = elderly.next_visit_due(t.county, t.div, " FIRST_TIER
                   ", t.consent_visit, now(), null)")},
    {"resume", "suspended", "active", "update", .input = "change_kind",
     .set = WL_SQL("active_since = now(), changed_at = now(), suspended_for = null,"
                   " closed_for = null, next_visit_due = " DUE("t.tier", "now()"))},
    {"report_change", "active", "active", "update", .input = "change_kind! reason",
     .set = WL_SQL("changed_at = now(), next_visit_due = " DUE("t.tier", "now()"))},
    {"raise", "active", "active", "update", .input = "tier! reason!",
     .set = WL_SQL("change_kind = 'TIER', changed_at = now(),"
                   " next_visit_due = " DUE("t.tier", "now()")),
     .guard = WL_SQL("v.tier < t.tier"), .refusal = "tier_not_graver"},
    {"lower", "active", "active", "tier", .input = "tier! reason!",
     .set = WL_SQL("lowered_from = t.tier_suggested"),
     .guard = WL_SQL("v.tier > t.tier"), .refusal = "tier_not_milder"},
    {"suspend", "active", "suspended", "update", .input = "suspended_for! reason!",
     .set = WL_SQL("next_visit_due = null")},
    {"close", "active suspended", "closed", "close", .input = "closed_for! reason!",
     .set = WL_SQL("closed_at = now(), next_visit_due = null")},
};

/* Calls that did not ring meanwhile are to ring again. Of whom the station no longer looks after,
 * nobody is to be assessed again. */
static const struct wl_effect effects[] = {
    {.on = "resume", CALLS_WANTED("c.person = t.person")},
    {.on = "close", .record = "elderly.ability_assessment",
     .rows = WL_SQL("select a.id from elderly.ability_assessment a"
                    " where a.county = t.county and a.person = t.person"
                    "   and a.reassess_due is not null and a.state in ('effective', 'disputed')"
                    "   and a.deleted_at is null"),
     .set = WL_SQL("reassess_due = null")},
};

static const struct wl_limit limits[] = {
    {.due = "next_visit_due", .ended = "draft suspended closed", .staff = "worker",
     .remind = "worker @station_head", .before = 24 * 60},
};

static const struct wl_notice notices[] = {
    {.on = "report_change raise elder_graver", .to = "worker @station_head",
     .text = "elder_profile.changed"},
    {.on = "elder_died", .to = "worker @station_head", .text = "elder_profile.died"},
};

static const struct wl_check checks[] = {
    {"elder_profile_once", "person"},
};

const struct wl_record elder_profile = {
    .name = "elder_profile",
    .path = "profiles",
    .object = "elder",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .effects = WL_ROWS(effects),
    .limits = WL_ROWS(limits),
    .notices = WL_ROWS(notices),
    .checks = WL_ROWS(checks),
    .states = "draft active suspended closed",
    .locked = "closed",
    .sort = "-created_at",
    .title = "person tier",
    .person = "person",
    .sections = "who:person visits:ability health:diseases home:floor life:active_since",
    .verbs = "list get create patch import export",
};
