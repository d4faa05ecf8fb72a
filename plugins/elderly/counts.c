/* What the reports count across the plugin's records (domain book 4.2): who of the specially
 * hard-pressed was in touch with somebody, assessments, what went wrong, and where all services
 * stand in the model. What counts one record alone stands with that record's theme. */
#include "elderly.h"

#include <wulian/tags.h>

/* Living elders of the six kinds by the file as it was when the month ended, or as it is now; one
 * row at each month's end. `contact`: SQL that is true of contact in the month m. */
#define SPECIAL(contact)                                                                           \
    "select p.county, p.div, p.org, m.ends - interval '1 second' as at, p.id, p.person,"           \
    "       case when " contact " then 'contacted' else 'not_contacted' end as kind,"              \
    "       1::bigint as n"                                                                        \
    "  from elderly.elder_profile p"                                                               \
    " cross join lateral (select x at time zone 'Asia/Shanghai' as begins,"                        \
    "               (x + interval '1 month') at time zone 'Asia/Shanghai' as ends"                 \
    "          from generate_series(date_trunc('month', p.created_at at time zone"                 \
    "                   'Asia/Shanghai'), core.today()::timestamp, interval '1 month') x) m"       \
    " cross join lateral (select h.state, h.special, h.closed_for"                                 \
    "          from elderly.elder_profile_history h"                                               \
    "         where h.county = p.county and h.id = p.id and h.updated_at < m.ends"                 \
    "         order by h.version desc limit 1) h"                                                  \
    " where p.deleted_at is null and h.state = 'active' and h.special and h.closed_for is null"

#define VISITED(way)                                                                               \
    "exists (select from station.v_visit v where v.county = p.county and v.person = p.person"      \
    " and v.visited_at >= m.begins and v.visited_at < m.ends"                                      \
    " and v.result in ('MET_WELL', 'MET_CONCERN')" way ")"
#define AT_HOME VISITED(" and coalesce(v.way, 'HOME') = 'HOME'")
#define CALLED(outcomes)                                                                           \
    "exists (select from elderly.greeting_call c where c.county = p.county"                        \
    " and c.person = p.person and c.contact_at >= m.begins and c.contact_at < m.ends"              \
    " and c.outcome in (" outcomes ") and c.deleted_at is null)"

/* The cell of the model that a service for an elder stands in when its record says nothing else:
 * professional work for the old, by the station's social workers in the community. A row a person a
 * day (meals, calls, attendance) has no tags of its own to fill in. */
#define CELL                                                                                       \
    "false as core_task, 'STATION' as platform, array['D2', 'D21'] as dims, 'E' as service,"       \
    " array['L1', 'L2'] as links, 'TARGETED' as reach"
#define OWN_CELL                                                                                   \
    "coalesce(x.core_task, false) as core_task, coalesce(x.platform, 'STATION') as platform,"      \
    " coalesce(x.dims, array['D2', 'D21']) as dims, coalesce(x.service, 'E') as service,"          \
    " coalesce(x.links, array['L1', 'L2']) as links, coalesce(x.reach, 'TARGETED') as reach"

/* Rows of a record that stand for a service done: `at` is when, `cell` its tags. */
#define DONE(record, at, person, cell, when)                                                       \
    "select x.county, x.div, x.org, x." at " as at, x.id, " person " as person, " cell             \
    ", 'elderly." record "' as record"                                                             \
    "  from elderly." record " x where x.deleted_at is null and " when
#define AND_DONE(record, at, cell, when) " union all " DONE(record, at, "x.person", cell, when)
#define SERVED                                                                                     \
    DONE("venue_log", "served_at", "null::uuid", OWN_CELL, "true")                                 \
    AND_DONE("meal_order", "delivered_at", CELL, "x.delivered_at is not null")                     \
    AND_DONE("greeting_call", "contact_at", CELL, "x.contact_at is not null")                      \
    AND_DONE("venue_attendance", "came_at", CELL, "x.state <> 'struck'")                           \
    AND_DONE("errand", "delivered_at", OWN_CELL, "x.delivered_at is not null")                     \
    AND_DONE("doctor_visit", "visited_at", OWN_CELL, "x.visited_at is not null")
#define SERVED_RECORDS                                                                             \
    "elderly.meal_order elderly.greeting_call elderly.venue_attendance elderly.errand"             \
    " elderly.doctor_visit elderly.venue_log"

static const struct wl_indicator indicators[] = {
    {"M09", "unit.elders", .share = "contacted", .record = "elderly.elder_profile",
     .rows = WL_SQL(SPECIAL(VISITED("") " or " CALLED("'WELL', 'NEED', 'SEEN', 'ABNORMAL'")))},
    {"M09b", "unit.elders", .share = "contacted", .record = "elderly.elder_profile",
     .rows = WL_SQL(SPECIAL(AT_HOME " or " CALLED("'SEEN'")))},
    {"M14", "unit.assessments", .persons = "M14P", .kinds = "ABILITY",
     .record = "elderly.ability_assessment", .flags = WL_KIND_CLOSED,
     .rows = WL_SQL("select a.county, a.div, a.org, a.effective_at as at, a.id, a.person,"
                    "       a.level as kind, 1::bigint as n"
                    "  from elderly.ability_assessment a"
                    " where a.deleted_at is null and a.effective_at is not null"
                    "   and a.state <> 'reassessed'")},
    {"M40", "unit.incidents", .kinds = "ANOMALY",
     .record = "elderly.incident elderly.greeting_call",
     .rows = WL_SQL("select i.county, i.div, i.org, i.happened_at as at, i.id, i.person,"
                    "       'ELDER' as kind, 1::bigint as n, 'elderly.incident' as record"
                    "  from elderly.incident i where i.deleted_at is null"
                    " union all select c.county, c.div, c.org, c.due_at, c.id, c.person,"
                    "       'MISSED_DAY', 1, 'elderly.greeting_call'"
                    "  from elderly.greeting_call c where c.deleted_at is null and c.missed")},
    WL_MODEL_COUNTS(SERVED_RECORDS, SERVED),
};

const struct wl_plugin elderly_counts = {
    .size = sizeof(struct wl_plugin),
    .name = "counts",
    .indicators = WL_ROWS(indicators),
};
