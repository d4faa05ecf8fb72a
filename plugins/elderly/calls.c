/* 问候电话 and 线上文娱, as one part of the plugin: their records, what the clock does with the
 * calls, how they are counted, and what a township may set. */
#include "calls.h"

static const struct wl_record *const records[] = {
    &call_plan, &greeting_call, &call_step, &content_item, &content_share,
};

/* Calls whose step is not done in time, with where they go: `due` is when that must be done. */
#define LATE                                                                                       \
    " from t join elderly.greeting_call c on c.county = t.county and c.step_due_at <= t.at"        \
    " and c.state in ('unanswered', 'neighbour', 'worker') and c.deleted_at is null"               \
    " cross join lateral (select elderly.call_next(c.state, c.neighbour) as step) n"

/* Unless somebody has taken the call meanwhile. */
#define MOVES(field, to)                                                                           \
    field " = case when o.state = s.was then " to " else o." field " end"

/* A step of the clock is logged first: the call moves by its log, so that no step is missing there
 * however often the clock is stopped between the two. */
static const struct wl_chore chores[] = {
    {"call_day", "daily 20:00", "elderly.greeting_call",
     .rows = WL_SQL("select c.div, c.plan || ' ' || c.date as key, " CALL_PLANNED
                    "  from t cross join lateral elderly.calls_on(t.county, t.day + 1) c")},
    {"call_log", "10 min", "elderly.call_step",
     .rows = WL_SQL("select c.div, c.id || ' ' || n.step as key, c.id as call, c.person,"
                    "       upper(n.step) as step, t.at as taken_at" LATE)},
    {"call_escalate", "10 min", "elderly.greeting_call",
     .rows = WL_SQL("select c.id, c.state as was, n.step, p.worker,"
                    "       s.taken_at + elderly.call_limit(c.county, c.div, n.step) as due" LATE
                    "  join elderly.call_step s on s.county = c.county and s.call = c.id"
                    "   and s.step = upper(n.step) and s.deleted_at is null"
                    "  join elderly.call_plan p on p.county = c.county and p.id = c.plan"),
     .set = WL_SQL(MOVES("state", "s.step") ", " MOVES("step_due_at", "s.due") ", "
                   MOVES("staff", "case s.step when 'worker' then coalesce(s.worker, o.staff)"
                                  " else o.staff end"))},
    {"call_cancel", "10 min", "elderly.greeting_call",
     .rows = WL_SQL("select c.id from t join elderly.greeting_call c on c.county = t.county"
                    "   and c.state = 'scheduled' and c.due_at > t.at and c.deleted_at is null"
                    " where elderly.call_bar(c.county, c.person) is not null"),
     .set = CALL_DROPPED},
    {"call_plan_end", "daily 00:30", "elderly.call_plan",
     .rows = WL_SQL("select p.id from t join elderly.call_plan p on p.county = t.county"
                    "   and p.state <> 'ended' and p.deleted_at is null"
                    " where p.until < t.day or elderly.call_bar(p.county, p.person) = 'closed'"),
     .set = WL_SQL("state = 'ended'")},
    /* Who was visited that day was seen, whoever did not call. */
    {"call_seen_log", "daily 00:03", "elderly.call_step",
     .rows = WL_SQL("select c.div, c.id || ' seen' as key, c.id as call, c.person,"
                    "       'RESOLVED' as step, v.at as taken_at, 'SEEN' as result"
                    "  from t cross join lateral elderly.calls_open(t.county, t.day) c"
                    " cross join lateral (select min(v.visited_at) as at from station.v_visit v"
                    "    where v.county = t.county and v.person = c.person"
                    "      and v.result in ('MET_WELL', 'MET_CONCERN')"
                    "      and v.visited_at >= c.ends_at - interval '1 day'"
                    "      and v.visited_at < c.ends_at) v where v.at is not null")},
    {"call_seen", "daily 00:04", "elderly.greeting_call",
     .rows = WL_SQL("select c.id, s.taken_at, s.result"
                    "  from t cross join lateral elderly.calls_open(t.county, t.day) c"
                    "  join elderly.call_step s on s.county = t.county and s.call = c.id"
                    "   and s.step = 'RESOLVED' and s.taken_at < c.ends_at"),
     .set = WL_SQL("state = 'resolved', outcome = s.result, contact_at = s.taken_at")},
    {"call_missed", "daily 00:05", "elderly.greeting_call",
     .rows = WL_SQL("select c.id"
                    "  from t cross join lateral elderly.calls_open(t.county, t.day) c"),
     .set = WL_SQL("missed = true,"
                   " state = case o.state when 'scheduled' then 'missed' else o.state end")},
};

/* M10 (domain book 4.2): person-days answered or seen ÷ person-days planned, of days decided. */
static const struct wl_indicator indicators[] = {
    {"M10", "unit.person_days", .persons = "M10P", .share = "reached",
     .record = "elderly.greeting_call",
     .rows = WL_SQL("select c.county, c.div, c.org, c.due_at as at, c.id, c.person,"
                    "       case when c.missed then 'missed' else 'reached' end as kind,"
                    "       1::bigint as n"
                    "  from elderly.greeting_call c"
                    " where c.deleted_at is null and (c.missed or c.contact_at is not null)")},
};

/* Domain book 3.2, [A]. */
static const struct wl_setting settings[] = {
    {.name = "call_window_minutes", .type = WL_INTEGER, .min = 5, .max = 240, .value = "30"},
    {.name = "call_retries", .type = WL_INTEGER, .min = 0, .max = 10, .value = "2"},
    {.name = "call_retry_minutes", .type = WL_INTEGER, .min = 5, .max = 240, .value = "30"},
    {.name = "call_neighbour_minutes", .type = WL_INTEGER, .min = 10, .max = 480, .value = "60"},
    {.name = "call_worker_minutes", .type = WL_INTEGER, .min = 10, .max = 1440, .value = "120"},
};

const struct wl_plugin elderly_calls = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "calls",
    .records = WL_RECORDS(records),
    .indicators = WL_ROWS(indicators),
    .settings = WL_ROWS(settings),
    .chores = WL_ROWS(chores),
};
