/* 诉求与热线: one way in: requests, what of them is secret, calls, duty forwarding. */
#include "station/intake/intake.h"

static const struct wl_record *const records[] = {
    &station_request,
    &station_request_secret,
    &station_call_log,
    &station_duty_forward,
};

/* Beside the core's matrix, which has the domain book's row of requests. All [A]. */
static const struct wl_access access[] = {
    {"request", "county_section", "consent decide"}, /* 3.1.4: the clock, the second return */
    {"request_secret", "hotline_operator", "create read update reveal readers"},
    {"request_secret", "station_head", "create read update reveal readers"},
    {"request_secret", "social_worker", "create read update reveal readers"},
    {"request_secret", "county_section", "read reveal"},
    {"call", "hotline_operator", "search forward reveal export"},
    {"call", "station_head", "create update search forward reveal export"},
    {"call", "social_worker", "create read update search"}, /* their direct line [K38] */
    {"call", "county_section", "export approve_export"},
};

#define OF_HOTLINE                                                                                 \
    "  from station.request r"                                                                     \
    " where r.deleted_at is null and r.channel = 'HOTLINE' and r.state <> 'merged'"

/* M06, M07b of the station monthly report (domain book 4.2). */
static const struct wl_indicator indicators[] = {
    {"M06", "unit.requests", .kinds = "URGENCY", .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.received_at as at, r.id, r.person,"
                    "       r.urgency as kind, 1::bigint as n" OF_HOTLINE)},
    {"M06T", "unit.minutes", .kinds = "URGENCY", .record = "station.request", .flags = WL_MEAN,
     .rows = WL_SQL("select r.county, r.div, r.org, r.received_at as at, r.id, r.person,"
                    "       r.urgency as kind,"
                    "       round(extract(epoch from r.assigned_at - r.received_at) / 60)::bigint"
                    "           as n" OF_HOTLINE " and r.assigned_at is not null")},
    {"M06C", "unit.calls", .share = "in_time", .record = "station.call_log",
     .rows = WL_SQL("select c.county, c.div, c.org, c.started_at as at, c.id, c.person,"
                    "       case when c.in_time then 'in_time' when c.answered_at is null"
                    "            then 'missed' else 'slow' end as kind, 1::bigint as n"
                    "  from station.call_log c"
                    " where c.deleted_at is null")},
    {"M07B", "unit.requests", .share = "called_back", .record = "station.request",
     .rows = WL_SQL("select r.county, r.div, r.org, r.closed_at as at, r.id, r.person,"
                    "       case when r.callback_at is not null then 'called_back'"
                    "            else 'not_called_back' end as kind, 1::bigint as n"
                    "  from station.request r"
                    " where r.deleted_at is null and r.closed_at is not null")},
};

/* Names are masked for everybody here: whoever reads residents opens the row. */
static const struct wl_statement statements[] = {
    {"caller",
     WL_SQL("with p as materialized ("
            " select p.id, p.name, p.sex, p.birth, p.div from station.resident p"
            "  where p.county = $1 and p.phone_idx = $2::bytea and p.deleted_at is null" IN_SCOPE(
                "p") "  order by p.id limit 10)"
                     " select (select coalesce(json_agg(json_build_object('id', p.id, 'name',"
                     "            left(p.name, 1) || repeat('*', char_length(p.name) - 1),"
                     "            'sex', p.sex, 'birth_year', extract(year from p.birth)::int,"
                     "            'div', p.div::text)), '[]') from p) as persons,"
                     "   (select coalesce(json_agg(x), '[]') from (select r.id, r.no, r.category,"
                     "            r.urgency, r.state, r.received_at, r.person"
                     "       from station.request r"
                     "      where r.county = $1 and r.open and r.deleted_at is null"
                     "        and (r.caller_phone_idx = $2::bytea"
                     "             or r.person in (select p.id from p))" IN_SCOPE(
                         "r") "      order by r.received_at desc limit 20) x) as requests,"
                              "   (select coalesce(json_agg(x), '[]') from (select c.id, c.line,"
                              "            c.started_at, c.outcome, c.operator, c.request"
                              "       from station.call_log c"
                              "      where c.county = $1 and c.phone_idx = $2::bytea"
                              "        and c.deleted_at is null" IN_SCOPE(
                                  "c") "      order by c.started_at desc limit 10) x) as calls")},
};

static const struct wl_route routes[] = {
    {"POST", "/calls/caller", "call.search", caller_handle, WL_CLASS_2, .takes = "{phone}",
     .gives = "{persons:[{id:uuid name sex? birth_year?:int div:div}]"
              " requests:[{id:uuid no category urgency state received_at:time person?:uuid}]"
              " calls:[{id:uuid line started_at:time outcome operator:uuid request?:uuid}]}",
     .summary = "Who may be behind a telephone number, and what is open for them"},
};

static const struct wl_chore chores[] = {
    {"request_escalate", "10 min", "station.request",
     .rows = WL_SQL("select o.id, l.level, t.at as moved_at"
                    "  from t cross join lateral station.request_levels(t.county, t.at) l"
                    "  join station.request o on o.county = t.county and o.id = l.id"
                    " where l.level > o.escalated_level"),
     .set = WL_SQL("escalated_level = s.level, escalated_at = s.moved_at")},
    /* Another station has finished or refused what was passed on to it, or a request that it merged
     * that into: whoever waits for it learns so. What was passed on before is no answer to it. */
    {"request_reply", "10 min", "station.request",
     .rows = WL_SQL("select o.id, a.at, coalesce(e.result, e.reason) as reply"
                    "  from t join station.request c on c.county = t.county"
                    "  join station.request o on o.county = c.county and o.id = c.transferred_from"
                    "  join station.request e on e.county = c.county"
                    "   and e.id = coalesce(c.merged_into, c.id)"
                    " cross join lateral (select coalesce(e.done_at, e.updated_at) as at) a"
                    " where c.transferred_from is not null and a.at <= t.at"
                    "   and e.state in ('done', 'callback', 'closed', 'rejected')"
                    "   and c.deleted_at is null and c.received_at >= o.consent_at"
                    "   and o.state = 'waiting' and o.replied_at is null"),
     .set = WL_SQL("replied_at = s.at, reply = s.reply")},
};

const struct wl_plugin station_intake = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "intake",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .indicators = WL_ROWS(indicators),
    .statements = WL_ROWS(statements),
    .routes = WL_ROWS(routes),
    .chores = WL_ROWS(chores),
};
