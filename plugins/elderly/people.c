/* 老年人档案、能力评估、联系人: who is served, and what the clock does for their files. */
#include "elderly.h"

static const struct wl_record *const records[] = {&elder_profile, &elder_contact,
                                                  &ability_assessment};

/* Domain book 3.7: "A tier" of the row "elder records"; telephone numbers and misentries of
 * contacts as with residents. */
static const struct wl_access access[] = {
    {"elder", "station_head", "tier reveal delete"},
    {"elder", "social_worker", "reveal delete"},
    {"elder", "room_worker", "reveal"},
};

/* Days between visits by tier, from one province's model; hours after a major change; whether an
 * answered greeting call stands for a visit, as it does in the nation's monthly rate. */
static const struct wl_setting settings[] = {
    {.name = "visit_days_h", .type = WL_INTEGER, .min = 1, .max = 92, .value = "7"},
    {.name = "visit_days_k", .type = WL_INTEGER, .min = 1, .max = 92, .value = "30"},
    {.name = "visit_days_n", .type = WL_INTEGER, .min = 1, .max = 366, .value = "91"},
    {.name = "change_visit_hours", .type = WL_INTEGER, .min = 1, .max = 168, .value = "24"},
    {.name = "call_is_visit", .type = WL_BOOL, .value = "true"},
};

#define OPEN_FILES                                                                                 \
    " from t join elderly.elder_profile p on p.county = t.county and p.deleted_at is null"         \
    " and p.state = 'active' and p.closed_for is null"
/* When the elder was last met, and until when that lets the next visit wait. */
#define SEEN                                                                                       \
    " cross join lateral (select greatest(p.contacted_at, max(v.visited_at)) as seen"              \
    "   from station.v_visit v where v.county = p.county and v.person = p.person"                  \
    "    and v.visited_at > coalesce(p.contacted_at, '-infinity') and v.visited_at <= t.at"        \
    "    and v.result in ('MET_WELL', 'MET_CONCERN')) x"                                           \
    " cross join lateral (select elderly.next_visit_due(p.county, p.div, p.tier, p.consent_visit," \
    "   greatest(x.seen, coalesce(p.active_since, p.created_at)), p.changed_at) as due) d"
#define VISITS(when)                                                                               \
    .record = "elderly.elder_profile",                                                             \
    .rows = WL_SQL("select p.id, x.seen, d.due" OPEN_FILES SEEN " where " when                     \
                   " and (x.seen, d.due) is distinct from (p.contacted_at, p.next_visit_due)"),    \
    .set = WL_SQL("contacted_at = s.seen, next_visit_due = s.due")

static const struct wl_chore chores[] = {
    /* Soon what somebody did to the elder or the file, overnight what a township set otherwise. */
    {"elder_contacts", "10 min",
     VISITS("(x.seen is distinct from p.contacted_at"
            " or p.updated_at > t.at - interval '1 hour')")},
    {"elder_visits", "daily 00:20", VISITS("true")},
    {"elder_aged", "daily 00:10", "elderly.elder_profile",
     .rows = WL_SQL("select p.id, elderly.with_age(p.categories, r.birth, t.day) as categories"
                    " from t join elderly.elder_profile p on p.county = t.county"
                    "  and p.state <> 'closed' and p.deleted_at is null"
                    " join station.v_resident r on r.county = p.county and r.id = p.person"
                    "  and r.birth <= t.day - interval '80 years'"
                    " where 'AGED' = any (p.categories) is not true"),
     .set = WL_SQL("categories = s.categories")},
    {"elder_graver", "10 min", "elderly.elder_profile",
     .rows = WL_SQL("select p.id, p.tier_suggested as tier, t.at" OPEN_FILES
                    " where p.tier > p.tier_suggested"
                    "   and (p.lowered_from is null or p.lowered_from > p.tier_suggested)"),
     .set = WL_SQL("tier = s.tier, lowered_from = null, change_kind = 'TIER', changed_at = s.at,"
                   " next_visit_due = elderly.next_visit_due(o.county, o.div, s.tier,"
                   " o.consent_visit, s.at, s.at)")},
    {"elder_died", "hourly 10", "elderly.elder_profile",
     .rows = WL_SQL("select p.id from t"
                    " join elderly.elder_profile p on p.county = t.county and p.deleted_at is null"
                    "  and p.state in ('active', 'suspended') and p.closed_for is null"
                    " join station.v_resident r on r.county = p.county and r.id = p.person"
                    "  and r.death_date is not null"),
     .set = WL_SQL("closed_for = 'DEATH', next_visit_due = null")},
};

const struct wl_plugin elderly_people = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "people",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .settings = WL_ROWS(settings),
    .chores = WL_ROWS(chores),
};
