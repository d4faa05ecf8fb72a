/* 平急转换: service modes, incidents, bulletins, online groups, registers. */
#include "station/modes/modes.h"
#include "station/station.h"

static const struct wl_record *const records[] = {
    &station_mode_switch,
    &station_service_policy,
};

/* A place that is not the county's, and a service nobody knows, give no row: that is 404. */
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
};

/* The book's table has no row for any of these: all [A]. Whoever stands for the government of a
 * place decides about it (domain book 1.1, 3.1.5), stations prepare, everybody who works reads. */
static const struct wl_access access[] = {
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

    {"service_policy", "county_admin", "create read update approve"},
    {"service_policy", "county_leader", "read approve"},
    {"service_policy", "county_section", "create read update"},
    {"service_policy", "township_officer", "read"},
    {"service_policy", "station_head", "read"},
    {"service_policy", "auditor_biz", "read"},
};

const struct wl_plugin station_modes = {
    .size = sizeof(struct wl_plugin),
    .name = "modes",
    .records = WL_RECORDS(records),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .access = WL_ROWS(access),
};
