#include "station/station.h"

/* M04 … are the indicators of the station monthly report SM-01 (domain book 4.2). */
static const struct wl_indicator indicators[] = {
    {"M04", "unit.requests", .persons = "M04P", .kinds = "REQ_CHANNEL", .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.received_at as at, r.id, r.person,"
                    "       r.channel as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.state <> 'merged'")},
    {"M05", "unit.requests", .share = "on_time", .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.closed_at as at, r.id, r.person,"
                    "       case when r.closed_at <= r.due_finish_at then 'on_time' else 'late' end"
                    "           as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.closed_at is not null")},
    {"M07", "unit.requests", .share = "content", .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.closed_at as at, r.id, r.person,"
                    "       case when r.rating >= 4 then 'content' else 'not_content' end as kind,"
                    "       1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.closed_at is not null"
                    "   and r.rating is not null")},
    {"M08", "unit.visits", .persons = "M08P", .kinds = "VISIT_KIND", .record = "station.visit",
     .rows = WL_SQL("select v.county, v.div, v.org, v.visited_at as at, v.id, v.person,"
                    "       v.kind, 1::bigint as n"
                    "  from station.visit v"
                    " where v.deleted_at is null and v.result <> 'MISSED'")},
};

static const struct wl_record *const records[] = {
    &station_resident, &station_household,     &station_household_member,
    &station_visit,    &station_near_relative,
};

static const struct wl_plugin *const parts[] = {
    &station_network, &station_money, &station_intake, &station_people, &station_methods,
    &station_rhythm,  &station_modes, &station_model,  &station_policy,
};

const struct wl_plugin station_module = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "station",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .indicators = WL_ROWS(indicators),
    .parts = parts,
    .nparts = sizeof parts / sizeof parts[0],
};
