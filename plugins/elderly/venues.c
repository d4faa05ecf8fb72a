/* 养老场地: attendance at day-care centres, what residents of homes ask for, and services given at
 * venues. One worker may answer for many venues (station.venue.manager). And whom an activity is
 * for: the elders of a category. */
#include "venue.h"

static const struct wl_record *const records[] = {&venue_attendance, &venue_need, &venue_log};

/* An object of its own beside the elder records: who runs a venue (1.2: attendance, what is on)
 * signs people in and out there and must not read their files. All [A]. */
static const struct wl_access access[] = {
    {"elder_venue", "county_section", "read export approve_export"},
    {"elder_venue", "county_admin", "read export approve_export"},
    {"elder_venue", "county_leader", "read"},
    {"elder_venue", "township_officer", "read"},
    {"elder_venue", "station_head", "create read update plan import export"},
    {"elder_venue", "social_worker", "create read update plan"},
    {"elder_venue", "room_worker", "create read update"},
    {"elder_venue", "venue_operator", "create read update"},
    {"elder_venue", "agency_supervisor", "masked"},
    {"elder_venue", "auditor_biz", "masked"},
};

static const struct wl_statement statements[] = {
    {"my_venues",
     WL_SQL(
         "select v.id, v.name, v.type, v.capacity, a.present, a.came, m.how as service_how,"
         "       m.until"
         "  from station.v_venue v"
         " cross join lateral (select count(*) filter (where x.state = 'present')::int as present,"
         "               count(*)::int as came"
         "          from elderly.venue_attendance x"
         "         where x.county = v.county and x.venue = v.id and x.day = core.today()"
         "           and x.state <> 'struck' and x.deleted_at is null) a"
         " cross join lateral core.service_mode(v.county, v.div, 'DAYCARE', v.id) m"
         " where v.county = $1 and v.manager = $2::uuid and v.closed_on is null"
         "   and v.type in (" DAYCARE_VENUES ") order by v.name, v.id")},
    {"invitees",
     WL_SQL("select p.person, r.name, p.tier, p.div::text as div, e.state as enrolled"
            "  from elderly.elder_profile p"
            "  join station.v_resident r on r.county = p.county and r.id = p.person"
            "  left join station.v_activity_enrol e on e.county = p.county and e.person = p.person"
            "   and e.activity = $3::uuid and e.state <> 'cancelled'"
            " where p.county = $1 and p.state = 'active' and p.closed_for is null"
            "   and p.deleted_at is null"
            "   and $2 = any (p.categories) order by p.div, r.name, p.id limit 1000")},
};

static const struct wl_route routes[] = {
    {"GET", "/my_venues", "elder_venue.read", my_venues_handle, WL_CLASS_1,
     .gives = "{items:[{id:uuid name type capacity?:int present:int came:int service_how"
              " until?:time}]}",
     .summary = "Today at the day-care venues that the caller answers for"},
    {"GET", "/invitees", "elder.read", invitees_handle, WL_CLASS_3,
     .asks = "category activity?:uuid",
     .gives = "{items:[{person:uuid name tier? div:div enrolled?}]}",
     .summary = "The elders of a category, and who of them is enrolled for an activity",
     .also = "resident.read"},
};

static const struct wl_setting settings[] = {
    {.name = "venue_answer_days", .type = WL_INTEGER, .min = 1, .max = 60, .value = "5"},
};

/* The activity planned for a need is the station's and goes its own way; what became of it comes
 * back to the need: called off, it is open again; held, somebody tells those who asked. */
static const struct wl_chore chores[] = {
    {"venue_needs", "10 min", "elderly.venue_need",
     .rows = WL_SQL(
         "select x.id, x.activity, x.state, x.held_at,"
         "       x.held_at + make_interval(days => x.days) as due_answer_at"
         "  from (select n.id, case when a.state <> 'cancelled' then a.id end as activity,"
         "               n.activity as was, n.state as old,"
         "               case when a.state = 'cancelled' then 'raised'"
         "                    when a.state in ('held', 'summarised', 'archived') then 'held'"
         "                    else 'planned' end as state,"
         "               case when a.state in ('held', 'summarised', 'archived')"
         "                    then a.starts_at end as held_at,"
         "               core.setting(n.county, n.div, 'elderly.venue_answer_days')::int as days"
         "          from t"
         "          join elderly.venue_need n on n.county = t.county and n.state = 'planned'"
         "           and n.deleted_at is null"
         "         cross join lateral (select v.id, v.state, v.starts_at"
         "                  from station.v_activity v"
         "                 where v.county = n.county"
         "                   and v.plugin_ref = 'elderly.venue_need:' || n.id"
         "                 order by v.id desc limit 1) a) x"
         " where (x.activity, x.state) is distinct from (x.was, x.old)"),
     .set = WL_SQL("activity = s.activity, state = s.state, held_at = s.held_at,"
                   " due_answer_at = s.due_answer_at")},
};

const struct wl_plugin elderly_venues = {
    .size = sizeof(struct wl_plugin),
    .name = "venues",
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access),
    .settings = WL_ROWS(settings),
    .chores = WL_ROWS(chores),
};
