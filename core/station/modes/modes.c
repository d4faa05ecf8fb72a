/* 平急转换: service modes, incidents, bulletins, online groups, registers. */
#include "station/modes/modes.h"
#include "station/modes/follow.h"
#include "station/station.h"

static const struct wl_record *const records[] = {
    &station_mode_switch,     &station_service_policy, &station_emergency_plan,
    &station_incident,        &station_bulletin,       &station_bulletin_relay,
    &station_conference,      &station_linkage_order,  &station_online_group,
    &station_online_session,  &station_counselling,    &station_isolation_subject,
    &station_isolation_check, &station_incomer,        &station_mode_brief,
};

/* A place that is not the county's, and a service nobody knows, give no row: that is 400. */
#define PLACE "coalesce($2::bigint, nullif(current_setting('wl.lo', true), '')::bigint)"
#define AT "coalesce($3::timestamptz, now())"

static const struct wl_statement statements[] = {
    {"mode_effective",
     WL_SQL("select lpad(x.div::text, 12, '0') as div, x.service, x.venue, x.at, m.mode, m.how,"
            "       m.instead, m.until, m.switch, m.no, m.reason"
            "  from (select $1::int as county, " PLACE " as div, " AT " as at, $4::text as service,"
            "               $5::uuid as venue) x"
            " cross join lateral core.service_mode(x.county, x.div, x.service, x.venue, x.at) m"
            " where x.div / 1000000 = $1"
            "   and (x.service is null or core.service_essential(x.service) is not null)")},
    {"mode_services",
     WL_SQL("select t.code as service, t.essential, m.mode, m.how, m.instead, m.until, m.no"
            "  from (select $1::int as county, " PLACE " as div, " AT " as at) x"
            " cross join core.service_type t"
            " cross join lateral core.service_mode(x.county, x.div, t.code, null, x.at) m"
            " where x.div / 1000000 = $1"
            " order by t.code")},
    {"mode_overview",
     WL_SQL("select lpad(m.div::text, 12, '0') as div, m.name, m.mode, m.until, m.switches,"
            "       m.suspended, m.online, m.contactless"
            "  from core.service_modes($1, coalesce($2::timestamptz, now())) m")},
    {"incident_figures",
     WL_SQL("select lpad(f.div::text, 12, '0') as div, f.register, f.kind, sum(f.n)::bigint as n"
            "  from station.v_incident_figure f"
            " where f.county = $1 and f.incident = $2"
            " group by f.div, f.register, f.kind"
            " order by f.div, f.register, f.kind")},
};

static const struct wl_route routes[] = {
    {"GET", "/modes/effective", "mode.read", mode_effective_handle, WL_CLASS_0,
     .asks = "div?:div service? venue?:uuid at?:time",
     .gives = "{div:div service? venue?:uuid at:time mode how? instead? until?:time switch?:uuid"
              " no? reason?}",
     .summary = "The mode that holds at a place and an instant, and how a service goes on in it"},
    {"GET", "/modes/services", "mode.read", mode_services_handle, WL_CLASS_0,
     .asks = "div?:div at?:time",
     .gives = "{items:[{service essential:bool mode how instead? until?:time no?}]}",
     .summary = "How every service goes on at a place"},
    {"GET", "/modes/overview", "mode.read", mode_overview_handle, WL_CLASS_0, .asks = "at?:time",
     .gives = "{items:[{div:div name mode until?:time switches:int suspended:[text] online:[text]"
              " contactless:[text]}]}",
     .summary = "Every township's mode, and the services that are not as usual there"},
    {"GET", "/incidents/{id}/figures", "incident.read", incident_figures_handle, WL_CLASS_1,
     .gives = "{items:[{div:div register kind n:int}]}",
     .summary = "The registers of an incident in figures, also when they are erased"},
};

/* Switches begin and end by themselves at their times, as exact in what service_mode answers, and
 * bookings go by it: also those that a changed policy, a venue's mode or a new date concerns. */
static const struct wl_chore chores[] = {
    {"mode_begin", "10 min", "station.mode_switch",
     .rows = WL_SQL("select m.id, m.starts_at from t"
                    "  join station.mode_switch m on m.county = t.county"
                    " where m.state = 'approved' and m.starts_at <= t.at and m.deleted_at is null"),
     .set = WL_SQL("state = 'active', activated_at = s.starts_at")},
    {"mode_end", "10 min", "station.mode_switch",
     .rows = WL_SQL("select m.id, m.ends_at from t"
                    "  join station.mode_switch m on m.county = t.county"
                    " where m.state = 'active' and m.ends_at <= t.at and m.deleted_at is null"),
     .set = WL_SQL("state = 'ended', ended_at = s.ends_at")},
    {"mode_activities", "10 min", "station.activity", .rows = WL_SQL(BOOKED_ACTIVITIES),
     .set = WL_SQL(BOOKED_SET)},
    {"mode_groups", "10 min", "station.group_work", .rows = WL_SQL(BOOKED_GROUPS("t.at")),
     .set = WL_SQL(BOOKED_SET)},
    /* none for what a person ended, which tells the stations itself */
    {"mode_over_brief", "10 min", "station.mode_brief",
     .rows = WL_SQL(BRIEFS("'END'", "t join station.mode_switch m on m.county = t.county")
                    " where m.state = 'ended' and m.ended_at <= t.at and m.ended_at = m.ends_at"
                    " and m.deleted_at is null and not exists (select from station.mode_brief b"
                    " where b.county = m.county and b.mode_switch = m.id and b.kind = 'END'"
                    " and b.deleted_at is null)")},
};

/* M40 is the book's (4.2); the others are ours, of what an emergency asks of the stations. What a
 * register counted stays when the register is erased: EM4 is counted from the figures. */
static const struct wl_indicator indicators[] = {
    {"M40", "unit.incidents", .kinds = "ANOMALY", .record = "station.incident",
     .rows = WL_SQL("select i.county, i.div, i.org, i.started_at as at, i.id, null::uuid as person,"
                    "       i.kind, 1::bigint as n"
                    "  from station.incident i"
                    " where i.deleted_at is null")},
    {"EM1", "unit.switches", .kinds = "SERVICE_MODE", .record = "station.mode_switch",
     .rows = WL_SQL("select s.county, s.div, s.org, s.starts_at as at, s.id, null::uuid as person,"
                    "       s.mode as kind, 1::bigint as n"
                    "  from station.mode_switch s"
                    " where s.deleted_at is null and s.state in ('active', 'ended')")},
    {"EM2", "unit.bulletins", .kinds = "BULLETIN_TOPIC", .record = "station.bulletin",
     .rows = WL_SQL("select b.county, b.div, b.org, b.published_at as at, b.id,"
                    "       null::uuid as person, b.topic as kind, 1::bigint as n"
                    "  from station.bulletin b"
                    " where b.deleted_at is null and b.published_at is not null")},
    {"EM3", "unit.households", .kinds = "RELAY_CHANNEL", .record = "station.bulletin_relay",
     .rows = WL_SQL("select r.county, r.div, r.org, r.relayed_at as at, r.id,"
                    "       null::uuid as person, r.channel as kind,"
                    "       coalesce(r.households, 0) as n"
                    "  from station.bulletin_relay r"
                    " where r.deleted_at is null")},
    {"EM4", "unit.checks", .share = "SEEN", .record = "station.incident",
     .rows = WL_SQL("select f.county, f.div, i.org,"
                    "       f.day::timestamp at time zone 'Asia/Shanghai' as at,"
                    "       f.incident as id, null::uuid as person, f.kind, f.n::bigint as n"
                    "  from station.v_incident_figure f"
                    "  join station.incident i on i.county = f.county and i.id = f.incident"
                    " where f.register = 'checks'")},
    {"EM5", "unit.person_times", .kinds = "GROUP_THEME", .record = "station.online_session",
     .rows = WL_SQL("select s.county, s.div, s.org, s.held_at as at, s.id, null::uuid as person,"
                    "       g.theme as kind, s.heads as n"
                    "  from station.online_session s"
                    "  join station.online_group g"
                    "    on g.county = s.county and g.id = s.online_group"
                    " where s.deleted_at is null")},
};

/* Who may what. The book's matrix (3.7) has no row for any of these: all [A]. Whoever stands for
 * the government of a place decides about it (domain book 1.1, 3.1.5), stations prepare and act,
 * who works reads what concerns everybody. The three administrators (三员) hold nothing here. */
static const struct wl_access access[] = {
    /* 服务模式切换 */
    {"mode", "county_admin", "create read update approve end"},
    {"mode", "county_leader", "read approve end"},
    {"mode", "county_section", "create read update"},
    {"mode", "township_officer", "create read update approve end"},
    {"mode", "station_head", "create read update"},
    {"mode", "social_worker", "read"},
    {"mode", "room_worker", "read"},
    {"mode", "child_supervisor", "read"},
    {"mode", "child_director", "read"},
    {"mode", "grid_worker", "read"},
    {"mode", "hotline_operator", "read"},
    {"mode", "venue_operator", "read"},
    {"mode", "agency_supervisor", "read"},
    {"mode", "agency_manager", "read"},
    {"mode", "verify_officer", "read"},
    {"mode", "intern", "read"},
    {"mode", "auditor_biz", "read"},

    /* 切换知会: read by whom it concerns, acknowledged by who answers for the place */
    {"mode_brief", "station_head", "read acknowledge"},
    {"mode_brief", "township_officer", "read acknowledge"},
    {"mode_brief", "social_worker", "read"},
    {"mode_brief", "room_worker", "read"},
    {"mode_brief", "county_admin", "read"},
    {"mode_brief", "county_leader", "read"},
    {"mode_brief", "county_section", "read"},
    {"mode_brief", "agency_supervisor", "read"},

    /* 服务策略 */
    {"service_policy", "county_admin", "create read update approve"},
    {"service_policy", "county_leader", "read approve"},
    {"service_policy", "county_section", "create read update"},
    {"service_policy", "township_officer", "read"},
    {"service_policy", "station_head", "read"},
    {"service_policy", "auditor_biz", "read"},

    /* 应急事件、应急预案 */
    {"incident", "county_admin", "create read update approve"},
    {"incident", "county_leader", "read approve"},
    {"incident", "county_section", "create read update"},
    {"incident", "township_officer", "create read update approve"},
    {"incident", "station_head", "create read update"},
    {"incident", "social_worker", "read"},
    {"incident", "room_worker", "read"},
    {"incident", "child_supervisor", "read"},
    {"incident", "child_director", "read"},
    {"incident", "grid_worker", "read"},
    {"incident", "hotline_operator", "read"},
    {"incident", "venue_operator", "read"},
    {"incident", "agency_supervisor", "read"},
    {"incident", "agency_manager", "read"},
    {"incident", "verify_officer", "read"},
    {"incident", "auditor_biz", "read"},

    /* 权威信息 */
    {"bulletin", "county_admin", "create read update vet publish withdraw"},
    {"bulletin", "county_leader", "read vet publish withdraw"},
    {"bulletin", "county_section", "create read update vet publish withdraw"},
    {"bulletin", "township_officer", "create read update vet publish withdraw"},
    {"bulletin", "station_head", "create read update"},
    {"bulletin", "social_worker", "create read update"},
    {"bulletin", "room_worker", "read"},
    {"bulletin", "child_supervisor", "read"},
    {"bulletin", "child_director", "read"},
    {"bulletin", "grid_worker", "read"},
    {"bulletin", "hotline_operator", "read"},
    {"bulletin", "venue_operator", "read"},
    {"bulletin", "volunteer", "read"},
    {"bulletin", "agency_supervisor", "read"},
    {"bulletin", "agency_manager", "read"},
    {"bulletin", "verify_officer", "read"},
    {"bulletin", "intern", "read"},
    {"bulletin", "auditor_biz", "read"},

    /* 信息转发: whoever meets residents */
    {"bulletin_relay", "station_head", "create read update"},
    {"bulletin_relay", "social_worker", "create read update"},
    {"bulletin_relay", "room_worker", "create read update"},
    {"bulletin_relay", "child_director", "create read update"},
    {"bulletin_relay", "grid_worker", "create read"},
    {"bulletin_relay", "county_admin", "read"},
    {"bulletin_relay", "county_leader", "read"},
    {"bulletin_relay", "county_section", "read"},
    {"bulletin_relay", "township_officer", "read"},
    {"bulletin_relay", "agency_supervisor", "read"},
    {"bulletin_relay", "auditor_biz", "read"},

    /* 联动单、多方会商 */
    {"linkage", "county_admin", "create read update reply close"},
    {"linkage", "county_leader", "read close"},
    {"linkage", "county_section", "create read update reply close"},
    {"linkage", "township_officer", "create read update reply close"},
    {"linkage", "station_head", "create read update reply close"},
    {"linkage", "social_worker", "create read update reply"},
    {"linkage", "room_worker", "read reply"},
    {"linkage", "hotline_operator", "create read"},
    {"linkage", "agency_supervisor", "read"},
    {"linkage", "auditor_biz", "read"},

    /* 线上群 */
    {"online_group", "station_head", "create read update"},
    {"online_group", "social_worker", "create read update"},
    {"online_group", "room_worker", "create read update"},
    {"online_group", "county_admin", "read"},
    {"online_group", "county_leader", "read"},
    {"online_group", "county_section", "read"},
    {"online_group", "township_officer", "read"},
    {"online_group", "venue_operator", "read"},
    {"online_group", "agency_supervisor", "read"},
    {"online_group", "auditor_biz", "read"},

    /* 心理疏导: the readers named in the row decide who sees it */
    {"counselling", "station_head", "create read update readers"},
    {"counselling", "social_worker", "create read update readers"},
    {"counselling", "county_section", "read"},
    {"counselling", "agency_supervisor", "read"},

    /* 隔离人员: released by another person of right */
    {"isolation", "township_officer", "create read update release"},
    {"isolation", "station_head", "create read update release"},
    {"isolation", "social_worker", "create read update"},
    {"isolation", "room_worker", "create read update"},
    {"isolation", "grid_worker", "create read"},
    {"isolation", "county_admin", "read"},
    {"isolation", "county_leader", "read"},
    {"isolation", "county_section", "read"},

    /* 外来人员 */
    {"incomer", "township_officer", "create read update reveal import"},
    {"incomer", "station_head", "create read update reveal import"},
    {"incomer", "social_worker", "create read update reveal"},
    {"incomer", "room_worker", "create read update reveal"},
    {"incomer", "grid_worker", "create read"},
    {"incomer", "county_admin", "read"},
    {"incomer", "county_leader", "read"},
    {"incomer", "county_section", "read"},
};

const struct wl_plugin station_modes = {
    .size = sizeof(struct wl_plugin),
    .name = "modes",
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .indicators = WL_ROWS(indicators),
    .access = WL_ROWS(access),
    .chores = WL_ROWS(chores),
};
