#include "station/station.h"

/* M04 … are the indicators of the station monthly report SM-01 (domain book 4.2). */
static const struct wl_indicator indicators[] = {
    {.code = "M04",
     .unit = "unit.requests",
     .counts = "n",
     .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.received_at as at, r.id, r.person,"
                    "       r.channel as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.state <> 'merged'")},
    {.code = "M04P",
     .unit = "unit.persons",
     .counts = "persons",
     .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.received_at as at, r.id, r.person,"
                    "       '' as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.state <> 'merged'")},
    {.code = "M05B",
     .unit = "unit.requests",
     .counts = "n",
     .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.closed_at as at, r.id, r.person,"
                    "       '' as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.closed_at is not null")},
    {.code = "M05",
     .unit = "unit.requests",
     .counts = "n",
     .share_of = "M05B",
     .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.closed_at as at, r.id, r.person,"
                    "       '' as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.closed_at <= r.due_finish_at")},
    {.code = "M07B",
     .unit = "unit.requests",
     .counts = "n",
     .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.closed_at as at, r.id, r.person,"
                    "       '' as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.closed_at is not null"
                    "   and r.rating is not null")},
    {.code = "M07",
     .unit = "unit.requests",
     .counts = "n",
     .share_of = "M07B",
     .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.closed_at as at, r.id, r.person,"
                    "       '' as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.closed_at is not null"
                    "   and r.rating >= 4")},
    {.code = "M08",
     .unit = "unit.visits",
     .counts = "n",
     .record = "station.visit",
     .rows = WL_SQL("select v.county, v.div, v.org, v.visited_at as at, v.id, v.person,"
                    "       v.kind, 1::bigint as n"
                    "  from station.visit v"
                    " where v.deleted_at is null and v.result <> 'MISSED'")},
    {.code = "M08P",
     .unit = "unit.persons",
     .counts = "persons",
     .record = "station.visit",
     .rows = WL_SQL("select v.county, v.div, v.org, v.visited_at as at, v.id, v.person,"
                    "       '' as kind, 1::bigint as n"
                    "  from station.visit v"
                    " where v.deleted_at is null and v.result <> 'MISSED'")},
};

static const struct wl_record *const records[] = {
    &station_resident, &station_household, &station_household_member,
    &station_request,  &station_visit,
};

const struct wl_plugin station_module = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "station",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .indicators = WL_ROWS(indicators),
};
