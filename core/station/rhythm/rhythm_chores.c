/* What the calendar brings (domain book 1.3): tasks with their last days, the month's supervisions,
 * and the weekly dispatch with an agenda of what is stuck. Figures are policy parameters. */
#include "station/rhythm/rhythm.h"

#define OPERATING                                                                                  \
    " join admin.org_unit o on o.county = t.county and o.kind = 'STATION'"                         \
    " and o.status = 'OPERATING' and o.deleted_at is null"
#define FIGURE(key) "station.figure(t.county, 'rhythm." key "', t.day)"
#define COUNTY_DIV "t.county::bigint * 1000000"
#define YEAR "extract(year from t.day)::int"
#define LAST_OF_YEAR "make_date(" YEAR ", 12, 31)"

/* One task in the county; `when` begins with " where" or is empty. */
#define COUNTY_TASK(kind, title, period, starts, due, when)                                        \
    WL_SQL("select " COUNTY_DIV " as div, '" kind " ' || t.day as key, '" kind "' as kind, " title \
           " as title, " period " as period, " starts " as starts_on, " due " as due from t" when)
/* One at every station that operates. */
#define STATION_TASK(kind, title, period, starts, due, when)                                       \
    WL_SQL("select distinct o.div, '" kind " ' || t.day || ' ' || o.div as key, '" kind            \
           "' as kind, " title " as title, " period " as period, " starts " as starts_on, " due    \
           " as due from t" OPERATING when)

#define MONTH_BEFORE "(t.day - interval '1 month')::date"
/* The report of the month that ended, where a head was quicker than the clock. */
#define MONTH_REPORT(township)                                                                     \
    "(select from station.month_report q where q.county = t.county and q.township = " township     \
    " and q.month = " MONTH_BEFORE " and q.deleted_at is null)"
#define LAST_QUARTER "to_char(t.day - 1, 'YYYY\"Q\"Q')"
#define THIS_QUARTER "to_char(t.day, 'YYYY\"Q\"Q')"
#define THIS_YEAR "to_char(t.day, 'YYYY')"
#define QUARTER_BEGINS " where extract(month from t.day) in (1, 4, 7, 10)"
#define HALF_BEGINS " where extract(month from t.day) in (1, 7)"
#define LAST_OF_QUARTER "(t.day + interval '3 months')::date - 1"
#define LAST_OF_HALF "(t.day + interval '6 months')::date - 1"
#define SOCIAL_WORK_DAY "station.nth_weekday(" YEAR ", 3, 2, 3)"

/* The dispatch of the day, and its items: they lie where their station is. */
#define DISPATCH                                                                                   \
    " join station.meeting m on m.county = t.county and m.kind = 'DISPATCH'"                       \
    " and m.state = 'planned' and m.deleted_at is null"                                            \
    " and timezone('Asia/Shanghai', m.held_at)::date = t.day"
#define STATION_NAME                                                                               \
    "coalesce((select min(o.name) from admin.org_unit o where o.county = x.county"                 \
    " and o.township = x.township and o.kind = 'STATION' and o.deleted_at is null), '县级')"
#define TOWNSHIP_DIV "x.township::bigint * 1000"
#define ACTIONS(kind, mark, title, when)                                                           \
    WL_SQL("select a.div, '" mark " ' || a.id || ' ' || t.day as key, m.id as meeting, '" kind     \
           "' as kind, left(" title " || a.title, 200) as subject,"                                \
           " 'station.action_item:' || a.id as source,"                                            \
           " '应于 ' || to_char(a.due, 'YYYY-MM-DD') || ' 前完成' as situation"               \
           " from t" DISPATCH                                                                      \
           " join station.action_item a on a.county = t.county and a.state = 'open'"               \
           " and a.deleted_at is null and " when)

/* As many numbers as an item has room for, in this order. */
#define NUMBERS(order) "(array_agg(" order "))[1:" FIGURE("dispatch_item_max") "] as nos"

/* Requests that ran past a limit, by the township they lie in. */
#define OVERDUE                                                                                    \
    " cross join lateral (select r.county, r.township, count(*) as n,"                             \
    " " NUMBERS("r.no order by r.received_at")                                                     \
    " from station.request r where r.county = t.county and r.deleted_at is null"                   \
    " and (r.state = 'new' and r.due_accept_at < t.at"                                             \
    " or r.state in ('new', 'accepted', 'assigned', 'in_progress', 'returned', 'transferred')"     \
    " and r.due_finish_at < t.at)"                                                                 \
    " group by r.county, r.township) x"
#define PROGRESS                                                                                   \
    " cross join lateral (select r.county, r.township,"                                            \
    " count(*) filter (where r.received_at >= t.at - interval '7 days') as came,"                  \
    " count(*) filter (where r.closed_at >= t.at - interval '7 days') as closed,"                  \
    " count(*) filter (where r.open) as open"                                                      \
    " from station.request r where r.county = t.county and r.deleted_at is null"                   \
    " and r.received_at < t.at and (r.open or r.closed_at >= t.at - interval '7 days')"            \
    " group by r.county, r.township) x"
/* Cases in crisis that are not closed, and days of the coming week without anybody on duty. */
#define CRISES                                                                                     \
    " cross join lateral (select c.county, c.township, count(*) as n,"                             \
    " " NUMBERS("c.no order by c.no")                                                              \
    " from station.case_file c where c.county = t.county and c.deleted_at is null"                 \
    " and c.level = 'CRISIS' and c.state not in ('closed', 'followed')"                            \
    " group by c.county, c.township) x"
#define HOLES                                                                                      \
    " cross join lateral (select t.county, h.township, count(*) as n,"                             \
    " array_agg(to_char(h.date, 'MM-DD') order by h.date) as days"                                 \
    " from station.duty_holes(t.county, t.day, t.day + 6) h group by h.township) x"
/* An item at the station of x about x.n things, of which `list` names some. */
#define COUNTED(kind, mark, words, list, from)                                                     \
    WL_SQL("select " TOWNSHIP_DIV " as div, '" mark " ' || x.township || ' ' || t.day as key,"     \
           " m.id as meeting, '" kind "' as kind, x.n as amount,"                                  \
           " left(" STATION_NAME " || '：" words "', 200) as subject,"                             \
           " left(array_to_string(" list ", '、'), 1000) as situation from t" DISPATCH from)

const struct wl_chore rhythm_chores[] = {
    {"month_report_station", "monthly 1 00:10", "station.month_report",
     .rows = WL_SQL("select distinct o.div, 'month ' || t.day || ' ' || o.div as key,"
                    " " MONTH_BEFORE " as month from t" OPERATING " and o.div % 1000000 <> 0"
                    " where not exists " MONTH_REPORT("o.township"))},
    {"month_report_county", "monthly 1 00:11", "station.month_report",
     .rows = WL_SQL("select " COUNTY_DIV " as div, 'month ' || t.day as key,"
                    " " MONTH_BEFORE " as month from t"
                    " where not exists " MONTH_REPORT("t.county * 1000"))},
    {"quarter_report", "monthly 1 00:12", "station.task",
     .rows = COUNTY_TASK("QUARTER_REPORT", "'社工站季报'", LAST_QUARTER, "t.day",
                         "t.day + " FIGURE("quarter_day") " - 1", QUARTER_BEGINS)},
    {"spot_check", "monthly 1 00:13", "station.task",
     .rows = COUNTY_TASK("SPOT_CHECK", "'低收入人口季度抽查'", THIS_QUARTER, "t.day",
                         LAST_OF_QUARTER, QUARTER_BEGINS)},
    {"child_regrade", "monthly 1 00:14", "station.task",
     .rows = COUNTY_TASK("CHILD_REGRADE", "'儿童风险等级季度复评'", THIS_QUARTER, "t.day",
                         LAST_OF_QUARTER, QUARTER_BEGINS)},
    {"half_review", "monthly 1 00:15", "station.task",
     .rows = STATION_TASK("HALF_REVIEW", "'收入不稳定低保家庭半年复核'",
                          "to_char(t.day, 'YYYY-MM')", "t.day", LAST_OF_HALF, HALF_BEGINS)},
    {"year_report", "yearly 01-01 00:16", "station.task",
     .rows = COUNTY_TASK("YEAR_REPORT", "'社工站年报'", "to_char(t.day - 1, 'YYYY')", "t.day",
                         "t.day + " FIGURE("year_day") " - 1", "")},
    {"director_training", "yearly 01-01 00:17", "station.task",
     .rows =
         COUNTY_TASK("DIRECTOR_TRAIN", "'儿童主任年度培训'", THIS_YEAR, "t.day", LAST_OF_YEAR, "")},
    {"contract_review", "yearly 01-01 00:18", "station.task",
     .rows = COUNTY_TASK("CONTRACT_REVIEW", "'购买服务年度绩效评估'", THIS_YEAR, "t.day",
                         LAST_OF_YEAR, "")},
    {"star_review", "yearly 01-01 00:19", "station.task",
     .rows = STATION_TASK("STAR_REVIEW", "'社工站年度星级自评'", THIS_YEAR, "t.day",
                          "make_date(" YEAR ", 11, 30)", "")},
    {"social_work_day", "yearly 01-01 00:20", "station.task",
     .rows = COUNTY_TASK("SOCIAL_WORK_DAY", "'世界社会工作日主题活动'", THIS_YEAR, SOCIAL_WORK_DAY,
                         SOCIAL_WORK_DAY, "")},
    {"leifeng_month", "yearly 01-01 00:21", "station.task",
     .rows = STATION_TASK("LEIFENG_MONTH", "'学雷锋志愿服务月'", THIS_YEAR,
                          "make_date(" YEAR ", 3, 1)", "make_date(" YEAR ", 3, 31)", "")},
    {"publicity_week", "yearly 01-01 00:22", "station.task",
     .rows = STATION_TASK("PUBLICITY_WEEK", "'社会工作宣传周'", THIS_YEAR, SOCIAL_WORK_DAY " - 1",
                          SOCIAL_WORK_DAY " + 5", "")},

    {"supervision_month", "monthly 1 00:25", "station.supervision",
     .rows = WL_SQL(
         "select distinct o.div, 'supervision ' || t.day || ' ' || o.div as key, t.day as month"
         " from t" OPERATING " where not exists (select from station.supervision s"
         " where s.county = t.county and s.township = o.township and s.month = t.day"
         " and s.state <> 'cancelled' and s.deleted_at is null)")},
    {"supervision_missing", "monthly -1 08:00", "station.supervision",
     .rows = WL_SQL("select s.id, t.at from t join station.supervision s on s.county = t.county"
                    " and s.state = 'planned' and s.deleted_at is null"
                    " and s.month = date_trunc('month', t.day)::date"),
     .set = WL_SQL("alerted_at = s.at")},

    {"dispatch_meeting", "weekly 1 00:30", "station.meeting",
     .rows = WL_SQL("select " COUNTY_DIV " as div, 'dispatch ' || t.day as key, 'DISPATCH' as kind,"
                    " to_char(t.day, 'IYYY\"年第\"IW\"周调度会\"') as title,"
                    " timezone('Asia/Shanghai', t.day + time '09:00') as held_at,"
                    " '县民政局会议室' as place from t")},
    {"dispatch_overdue_actions", "weekly 1 00:40", "station.meeting_item",
     .rows = ACTIONS("OVERDUE_ACTION", "late", "'超期任务：'", "a.due_at < t.at")},
    {"dispatch_open_actions", "weekly 1 00:41", "station.meeting_item",
     .rows = ACTIONS("OPEN_ACTION", "open", "'在办任务：'", "a.due_at >= t.at")},
    {"dispatch_overdue_requests", "weekly 1 00:42", "station.meeting_item",
     .rows = COUNTED("OVERDUE_REQUEST", "requests", "超期诉求", "x.nos", OVERDUE)},
    {"dispatch_red_cases", "weekly 1 00:43", "station.meeting_item",
     .rows = COUNTED("RED_CASE", "crises", "危机个案", "x.nos", CRISES)},
    {"dispatch_duty_holes", "weekly 1 00:44", "station.meeting_item",
     .rows = COUNTED("ROSTER_HOLE", "holes", "本周无人值班日期", "x.days", HOLES)},
    {"dispatch_escalated", "weekly 1 00:45", "station.meeting_item",
     .rows = WL_SQL("select r.div, 'escalated ' || r.id || ' ' || t.day as key, m.id as meeting,"
                    " 'ESCALATED' as kind, '升级到县的诉求：' || r.no as subject,"
                    " 'station.request:' || r.id as source,"
                    " '升级于 ' || to_char(r.escalated_at at time zone 'Asia/Shanghai',"
                    " 'YYYY-MM-DD HH24:MI') as situation from t" DISPATCH
                    " join station.request r on r.county = t.county and r.escalated_level = 2"
                    " and r.open and r.deleted_at is null")},
    {"dispatch_progress", "weekly 1 00:46", "station.meeting_item",
     .rows = WL_SQL(
         "select " TOWNSHIP_DIV " as div, 'progress ' || x.township || ' ' || t.day as key,"
         " m.id as meeting, 'PROGRESS' as kind, x.open as amount,"
         " left(" STATION_NAME " || '：诉求办理进度', 200) as subject,"
         " '近七日受理 ' || x.came || ' 件，办结 ' || x.closed || ' 件，在办 ' || x.open || ' 件'"
         " as situation from t" DISPATCH PROGRESS)},
};
