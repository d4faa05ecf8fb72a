/* 来电: every call of the hotline and of the stations' direct lines, answered or not; a missed one
 * names the call that returned it. A recording is class 3 and taken away when the county's time for
 * it is over. */
#include "station/intake/intake.h"

enum { RECORDING_MAX = 20 << 20, RING_MAX = 600 }; /* bytes, seconds */

static const struct wl_field fields[] = {
    {"line", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_FIXED,
     .of = "CALL_LINE"},
    {"phone", WL_PHONE, WL_CLASS_2, .flags = WL_LISTED | WL_FIXED},
    {"started_at", WL_TIME, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED | WL_NOT_FUTURE},
    {"answered_at", WL_TIME, WL_CLASS_1, .flags = WL_LISTED | WL_FIXED | WL_NOT_FUTURE},
    {"ended_at", WL_TIME, WL_CLASS_1, .flags = WL_LISTED | WL_NOT_FUTURE},
    {"ring_seconds", WL_INTEGER, WL_CLASS_1, .flags = WL_LISTED | WL_FIXED, .min = 0,
     .max = RING_MAX},
    {"in_time", WL_BOOL, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("v.answered_at is not null and coalesce(v.ring_seconds,"
                       " extract(epoch from v.answered_at - v.started_at)::bigint)"
                       " <= core.param(v.county, 'call.pickup_seconds')::bigint")},
    {"operator", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER,
     .compute = WL_SQL("core.actor()")},
    {"outcome", WL_CHOICE, WL_CLASS_1, .flags = WL_REQUIRED | WL_LISTED | WL_FILTER,
     .of = "CALL_OUTCOME"},
    {"person", WL_REFERENCE, WL_CLASS_2, .flags = WL_LISTED | WL_FILTER, .of = "station.resident"},
    {"request", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER, .of = "station.request"},
    {"recording", WL_FILE, WL_CLASS_3, .flags = 0, .max = RECORDING_MAX, .of = "audio"},
    {"recording_until", WL_DATE, WL_CLASS_1, .flags = WL_COMPUTED,
     .compute = WL_SQL("core.today() + core.param(v.county, 'call.recording_days')::int")},
    {"note", WL_TEXT, WL_CLASS_2, .flags = 0, .max = 500},
    {"returned_by", WL_REFERENCE, WL_CLASS_1, .flags = WL_LISTED | WL_FILTER,
     .of = "station.call_log"},
};

static const struct wl_check checks[] = {
    {"call_log_ring", "ring_seconds"},
    {"call_log_times", "ended_at"},
};

static const struct wl_rule rules[] = {
    {WL_NOT_BEFORE, "answered_at", "started_at", NULL},
    {WL_NOT_BEFORE, "ended_at", "started_at", NULL},
    {WL_REQUIRED_IF, "answered_at", "outcome", "ANSWERED REQUEST FORWARDED"},
    {WL_FORBIDDEN_IF, "answered_at", "outcome", "MISSED"},
    {WL_REQUIRED_IF, "request", "outcome", "REQUEST"},
    {WL_FORBIDDEN_IF, "returned_by", "outcome", "ANSWERED REQUEST FORWARDED SILENT WRONG"},
};

static const struct wl_guard guards[] = {
    {"returned_by", "call_returned",
     WL_SQL("t.returned_by is null or exists (select from station.call_log r"
            " where r.county = t.county and r.id = t.returned_by and r.id <> t.id"
            " and r.outcome <> 'MISSED' and r.started_at >= t.started_at)")},
};

const struct wl_record station_call_log = {
    .name = "call_log",
    .path = "calls",
    .object = "call",
    .fields = WL_ROWS(fields),
    .checks = WL_ROWS(checks),
    .rules = WL_ROWS(rules),
    .guards = WL_ROWS(guards),
    .sort = "-started_at",
    .title = "line started_at",
    .verbs = "list get create patch export",
};
