/* 机构与场地: the network of stations: rooms, venues, checklists, demonstration sites, coverage. */
#include "station/network/network.h"

#include "station/station.h"

static const struct wl_record *const records[] = {
    &network_room,           &network_venue,     &network_site_share,   &network_check_scheme,
    &network_standard_check, &network_demo_site, &network_contact_card,
};

/* By township, and all of them in a last row without a name. A station counts from the day its
 * plaque hung, runs as an entity from the day it did; a worker is whoever holds such a post. */
static const struct wl_statement statements[] = {
    {"network_coverage",
     WL_SQL("with d as (select coalesce($2::date, core.today()) as day),"
            " place as (select p.* from station.v_network_place p cross join d"
            "  where p.county = $1 and p.valid_from <= d.day"
            "    and (p.valid_to is null or p.valid_to > d.day)),"
            " town as (select p.county, p.township, p.name from place p where p.level = 4),"
            " village as (select p.township, count(*) as n from place p where p.level = 5"
            "  group by p.township),"
            " unit as (select u.township,"
            "   count(*) filter (where u.kind = 'STATION') as stations,"
            "   count(*) filter (where u.kind = 'STATION' and u.entity_op_date <= d.day)"
            "       as running,"
            "   count(*) filter (where u.kind = 'ROOM') as rooms,"
            "   count(*) filter (where u.kind = 'STATION' and u.is_demo) as demos,"
            "   count(*) filter (where u.kind = 'STATION' and u.star = 5) as five_star,"
            "   count(*) filter (where u.kind = 'STATION' and u.star = 4) as four_star,"
            "   count(*) filter (where u.kind = 'STATION' and u.star between 1 and 3)"
            "       as lower_star,"
            "   sum(coalesce(q.staff_standard,"
            "       core.param($1, 'staffing.per_station', d.day)::bigint))"
            "       filter (where u.kind = 'STATION') as wanted"
            "   from station.v_network_unit u cross join d"
            "   left join station.duty_setting q on q.county = u.county and q.org = u.id"
            "     and q.deleted_at is null"
            "  where u.county = $1 and u.status <> 'CLOSED' and u.plaque_date <= d.day"
            "  group by u.township),"
            " worker as (select w.township, count(distinct w.account) as n,"
            "   count(distinct w.account) filter (where p.cert_type <> '0') as certificated,"
            "   count(distinct w.account) filter (where p.local) as locals"
            "   from station.v_network_worker w cross join d"
            "   left join station.staff_profile p on p.county = w.county"
            "     and p.account = w.account and p.deleted_at is null and p.left_on is null"
            "  where w.county = $1 and w.role = 'social_worker' and w.valid_from <= d.day"
            "    and (w.valid_to is null or w.valid_to > d.day)"
            "  group by w.township),"
            " deal as (select u.township, count(distinct u.id) as n"
            "   from station.contract c join station.contract_station s"
            "     on s.county = c.county and s.contract = c.id and s.deleted_at is null"
            "   join station.v_network_unit u on u.county = s.county and u.id = s.unit"
            "     and u.kind = 'STATION'"
            "  cross join d"
            "  where c.county = $1 and c.deleted_at is null and c.state not in"
            "    ('draft', 'terminated') and d.day between c.starts_on and c.ends_on"
            "  group by u.township)"
            " select t.township::text as township, max(t.name) filter (where"
            "   t.township is not null) as name, count(*)::int as townships,"
            "   count(*) filter (where u.stations > 0)::int as covered,"
            "   coalesce(sum(u.stations), 0)::int as stations,"
            "   coalesce(sum(u.running), 0)::int as running,"
            "   coalesce(sum(u.rooms), 0)::int as rooms,"
            "   coalesce(sum(v.n), 0)::int as villages,"
            "   coalesce(sum(u.demos), 0)::int as demos,"
            "   coalesce(sum(u.five_star), 0)::int as five_star,"
            "   coalesce(sum(u.four_star), 0)::int as four_star,"
            "   coalesce(sum(u.lower_star), 0)::int as lower_star,"
            "   coalesce(sum(g.n), 0)::int as contracted,"
            "   coalesce(sum(w.n), 0)::int as workers,"
            "   coalesce(sum(w.certificated), 0)::int as certificated,"
            "   coalesce(sum(w.locals), 0)::int as locals,"
            "   coalesce(sum(u.wanted), 0)::int as workers_wanted"
            "   from town t"
            "   left join unit u on u.township = t.township"
            "   left join village v on v.township = t.township"
            "   left join worker w on w.township = t.township"
            "   left join deal g on g.township = t.township"
            "  group by grouping sets ((t.township), ())"
            "  order by grouping(t.township), t.township")},
};

static const struct wl_route routes[] = {
    {"GET", "/coverage", "coverage.read", network_coverage, WL_CLASS_0, .asks = "on?:date",
     .gives = "{items:[{township? name? townships:int covered:int stations:int running:int"
              " rooms:int villages:int demos:int five_star:int four_star:int lower_star:int"
              " contracted:int workers:int certificated:int locals:int workers_wanted:int}]}",
     .summary = "How far the network of stations reaches, by township and in all"},
};

/* A shared site ends with its day, and the unit then says so. */
static const struct wl_chore chores[] = {
    {"site_share_end", "daily 00:10", "station.site_share",
     WL_SQL("select s.id from t join station.site_share s on s.county = t.county"
            " where s.deleted_at is null and s.state = 'active' and s.ends_on < t.day"),
     WL_SQL("state = 'ended'")},
    {"site_share_clear", "daily 00:15", "admin.org_unit",
     WL_SQL("select u.id, (select s.venue from station.site_share s where s.county = t.county"
            "   and s.unit = u.id and s.deleted_at is null and s.state = 'active'"
            "   order by s.starts_on desc, s.id desc limit 1) as venue"
            "  from t join admin.org_unit u on u.county = t.county"
            " where u.deleted_at is null and u.shares_site_with is not null and not exists ("
            "   select from station.site_share s where s.county = t.county and s.unit = u.id"
            "      and s.venue = u.shares_site_with and s.deleted_at is null"
            "      and s.state = 'active')"),
     WL_SQL("shares_site_with = s.venue")},
};

/* All [A]: the book's matrix (3.7) has no rows for places; whoever answers for one keeps it,
 * whoever works there sees it, and what makes a station count is confirmed above it. */
static const struct wl_access access[] = {
    {"room", "county_section", "create read update delete import export"},
    {"room", "county_admin", "read"},
    {"room", "county_leader", "read"},
    {"room", "township_officer", "create read update"},
    {"room", "station_head", "create read update delete import export"},
    {"room", "social_worker", "read"},
    {"room", "room_worker", "create read update"},
    {"room", "agency_supervisor", "read"},
    {"room", "auditor_biz", "read"},

    {"venue", "county_section", "create read update import export"},
    {"venue", "county_admin", "read"},
    {"venue", "county_leader", "read"},
    {"venue", "township_officer", "read"},
    {"venue", "station_head", "create read update import export"},
    {"venue", "social_worker", "read"},
    {"venue", "room_worker", "read"},
    {"venue", "child_director", "read"},
    {"venue", "agency_supervisor", "read"},
    {"venue", "hotline_operator", "read"},
    {"venue", "venue_operator", "read"},
    {"venue", "auditor_biz", "read"},

    {"site_share", "county_section", "create read update decide export"},
    {"site_share", "county_admin", "read"},
    {"site_share", "county_leader", "read"},
    {"site_share", "township_officer", "read"},
    {"site_share", "station_head", "create read update export"},
    {"site_share", "social_worker", "read"},
    {"site_share", "auditor_biz", "read"},

    {"check_scheme", "county_section", "create read update decide"},
    {"check_scheme", "county_admin", "create read update decide"},
    {"check_scheme", "county_leader", "read"},
    {"check_scheme", "township_officer", "read"},
    {"check_scheme", "station_head", "read"},
    {"check_scheme", "social_worker", "read"},
    {"check_scheme", "room_worker", "read"},
    {"check_scheme", "agency_supervisor", "read"},
    {"check_scheme", "agency_manager", "read"},
    {"check_scheme", "auditor_biz", "read"},

    {"standard_check", "county_section", "create read confirm export"},
    {"standard_check", "county_admin", "read confirm"},
    {"standard_check", "county_leader", "read"},
    {"standard_check", "township_officer", "create read confirm"},
    {"standard_check", "station_head", "create read"},
    {"standard_check", "social_worker", "read"},
    {"standard_check", "room_worker", "read"},
    {"standard_check", "agency_supervisor", "create read"},
    {"standard_check", "auditor_biz", "read"},

    {"demo_site", "county_section", "create read update decide export"},
    {"demo_site", "county_admin", "read decide"},
    {"demo_site", "county_leader", "read"},
    {"demo_site", "township_officer", "read"},
    {"demo_site", "station_head", "create read update"},
    {"demo_site", "social_worker", "read"},
    {"demo_site", "agency_supervisor", "read"},
    {"demo_site", "agency_manager", "read"},
    {"demo_site", "auditor_biz", "read"},

    {"contact_card", "county_section", "read withdraw"},
    {"contact_card", "county_admin", "read"},
    {"contact_card", "county_leader", "read"},
    {"contact_card", "township_officer", "read"},
    {"contact_card", "child_supervisor", "read"},
    {"contact_card", "station_head", "create read update publish withdraw"},
    {"contact_card", "social_worker", "create read update publish withdraw"},
    {"contact_card", "room_worker", "create read update publish withdraw"},
    {"contact_card", "child_director", "create read update publish withdraw"},
    {"contact_card", "grid_worker", "read"},
    {"contact_card", "agency_supervisor", "read"},
    {"contact_card", "agency_manager", "read"},
    {"contact_card", "hotline_operator", "read"},
    {"contact_card", "venue_operator", "read"},
    {"contact_card", "intern", "read"},
    {"contact_card", "auditor_biz", "read"},

    {"coverage", "county_section", "read"},
    {"coverage", "county_admin", "read"},
    {"coverage", "county_leader", "read"},
    {"coverage", "township_officer", "read"},
    {"coverage", "station_head", "read"},
    {"coverage", "agency_supervisor", "read"},
    {"coverage", "agency_manager", "read"},
    {"coverage", "auditor_biz", "read"},
};

const struct wl_plugin station_network = {
    .size = sizeof(struct wl_plugin),
    .name = "network",
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access),
    .chores = WL_ROWS(chores),
};
