/* 月报: one a station and one of the county each month. The head writes what no figure tells and
 * submits; core/report freezes the figures in the same transaction. The county accepts or returns,
 * and closes its own once every station's is accepted. */
#include "station/rhythm/rhythm.h"

#define STATION_ROW "t.div % 1000000 <> 0"
#define COUNTY_ROW "t.div % 1000000 = 0"
#define MONTH_OVER "t.month + interval '1 month' <= core.today()"
/* What is put right of a month stands in the next report, and for so long: so a place sends its
 * months in their order, and none that is older. */
#define BEING_SENT "t.state in ('open', 'submitted', 'closed')"
#define MONTH_WITHIN(row)                                                                          \
    row ".month >= date_trunc('month', core.today())"                                              \
        " - make_interval(months => core.param(t.county, 'report.correct_months')::int)"
/* The reports of the same month at the county's stations. */
#define STATIONS_OF_MONTH                                                                          \
    "station.month_report q where q.county = t.county and q.month = t.month"                       \
    " and q.div % 1000000 <> 0 and q.deleted_at is null"

static const struct wl_field fields[] = {
    {"month", WL_DATE, WL_CLASS_1,
     .flags = WL_REQUIRED | WL_LISTED | WL_FILTER | WL_SORT | WL_FIXED},
    {"level", WL_CHOICE, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED, .of = "REPORT_LEVEL"},
    {"due_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED,
     .compute = WL_SQL("timezone('Asia/Shanghai', ((v.month + interval '1 month')::date"
                       " + station.figure(v.county, case when v.div % 1000000 = 0"
                       " then 'rhythm.month_county_day' else 'rhythm.month_station_day' end,"
                       " core.today()))::timestamp)")},
    {"work", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 4000},
    {"problems", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 4000},
    {"plans", WL_TEXT, WL_CLASS_1, .flags = 0, .max = 4000},
    {"reason", WL_TEXT, WL_CLASS_1, .flags = WL_ACTION | WL_LISTED, .max = 500},
    {"returns", WL_INTEGER, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"submitted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"submitted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"accepted_by", WL_STAFF, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"accepted_at", WL_TIME, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED},
    {"state", WL_TEXT, WL_CLASS_1, .flags = WL_COMPUTED | WL_LISTED | WL_FILTER},
};

static const struct wl_action actions[] = {
    {"submit", "open returned", "submitted", "submit",
     .set = WL_SQL("submitted_by = core.actor(), submitted_at = now()"),
     .guard = WL_SQL(STATION_ROW), .refusal = "month_report_county"},
    {"accept", "submitted", "accepted", "accept", .never = "submitted_by",
     .set = WL_SQL("accepted_by = core.actor(), accepted_at = now(), reason = null")},
    {"return", "submitted accepted", "returned", "accept", .input = "reason!",
     .set = WL_SQL("returns = t.returns + 1, accepted_by = null, accepted_at = null"),
     .guard = WL_SQL("not exists (select from station.month_report q where q.county = t.county"
                     " and q.township = t.township and q.month > t.month"
                     " and q.state in ('submitted', 'accepted') and q.deleted_at is null)"
                     " and not exists (select from station.month_report q where q.county = t.county"
                     " and q.month = t.month and q.state = 'closed' and q.deleted_at is null)"),
     .refusal = "month_report_built_on"},
    {"close", "open", "closed", "accept",
     .set = WL_SQL("accepted_by = core.actor(), accepted_at = now()"),
     .guard =
         WL_SQL(COUNTY_ROW
                " and " MONTH_OVER " and exists (select from " STATIONS_OF_MONTH ")"
                " and not exists (select from " STATIONS_OF_MONTH " and q.state <> 'accepted')"
                " and not exists (select from admin.org_unit o where o.county = t.county"
                " and o.kind = 'STATION' and o.status = 'OPERATING' and o.deleted_at is null"
                " and o.div % 1000000 <> 0"
                " and not exists (select from " STATIONS_OF_MONTH " and q.township = o.township))"),
     .refusal = "month_report_stations"},
};

static const struct wl_limit limits[] = {
    {"due_at", .ended = "submitted accepted closed", .remind = "@station_head @county_section"},
};

/* The county's report begins with the first that comes in, where the calendar has not brought it.
 * A return counts in it too, so that it and the county's closing cannot pass each other: of a
 * closed one the count is refused (month_report_stands). In the same way a report touches the one
 * that it is built on, so that it and that one's return cannot pass each other. */
static const struct wl_effect effects[] = {
    {"accept", .record = "station.month_report",
     .rows = WL_SQL("select t.county::bigint * 1000000 as div, t.month from t"
                    " where not exists (select from station.month_report q"
                    " where q.county = t.county and q.township = t.county * 1000"
                    " and q.month = t.month and q.deleted_at is null)")},
    {"return", .record = "station.month_report",
     .rows = WL_SQL("select q.id from t join station.month_report q on q.county = t.county"
                    " and q.township = t.county * 1000 and q.month = t.month"
                    " and q.deleted_at is null"),
     .set = WL_SQL("returns = case when o.state = 'closed' then -1 else o.returns + 1 end")},
    {"submit", .record = "station.month_report",
     .rows = WL_SQL("select (select q.id from station.month_report q where q.county = t.county"
                    " and q.township = t.township and q.month < t.month"
                    " and q.state in ('submitted', 'accepted') and q.deleted_at is null"
                    " order by q.month desc limit 1) as id from t"),
     .set = WL_SQL("returns = case when o.state = 'returned' then -1 else o.returns end")},
};

static const struct wl_guard guards[] = {
    {"month", "month_report_place", WL_SQL("t.div % 1000 = 0")},
    {"month", "month_report_early", WL_SQL("t.month <= core.today()")},
    {"month", "month_report_running", WL_SQL("t.state <> 'submitted' or " MONTH_OVER)},
    {"work", "month_report_empty",
     WL_SQL("t.state <> 'submitted' or coalesce(btrim(t.work), '') <> ''")},
    {"month", "month_report_previous",
     WL_SQL("t.state not in ('submitted', 'closed') or not exists"
            " (select from station.month_report q"
            " where q.county = t.county and q.township = t.township and q.month < t.month"
            " and q.state in ('open', 'returned') and q.deleted_at is null"
            " and " MONTH_WITHIN("q") ")")},
    {"month", "month_report_late",
     WL_SQL("not " BEING_SENT " or not exists (select from station.month_report q"
            " where q.county = t.county and q.deleted_at is null and q.id <> t.id"
            " and (q.township = t.township and q.month > t.month"
            " and q.state in ('submitted', 'accepted', 'closed')"
            " or q.township = t.county * 1000 and q.month = t.month and q.state = 'closed'))")},
    {"month", "month_report_old", WL_SQL("not " BEING_SENT " or " MONTH_WITHIN("t"))},
};

static const struct wl_notice notices[] = {
    {.on = "month_report_station", .to = "@station_head", .text = "month_report.opened"},
    {.on = "submit", .to = "@county_section", .text = "month_report.submitted"},
    {.on = "return", .to = "@station_head", .text = "month_report.returned"},
    {.on = "accept", .to = "@station_head", .text = "month_report.accepted"},
};

static const struct wl_check checks[] = {
    {"month_report_once", "month"},
    {"month_report_month", "month"},
    {"month_report_stands", "month"},
};

const struct wl_record station_month_report = {
    .name = "month_report",
    .path = "month_reports",
    .object = "report",
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
    .limits = WL_ROWS(limits),
    .effects = WL_ROWS(effects),
    .guards = WL_ROWS(guards),
    .notices = WL_ROWS(notices),
    .checks = WL_ROWS(checks),
    .states = "open submitted returned accepted closed",
    .locked = "submitted accepted closed",
    .sort = "-month",
    .title = "month",
    .verbs = "list get create patch",
};
