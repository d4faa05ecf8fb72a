/* What follows from steps and from the clock: the description. */
#include "follows.h"

static const struct wl_record *const records[] = {&fund, &matter, &task};

static const struct wl_access access[] = {
    {"follow_fund", "county_admin", "create read update"},
    {"follow_fund", "station_head", "create read update"},
    {"follow_matter", "county_admin", "create read update decide"},
    {"follow_matter", "station_head", "create read update import"},
    {"follow_matter", "room_worker", "create read update"},
    {"follow_task", "county_admin", "read"},
    {"follow_task", "station_head", "read update"},
};

/* One of every schedule; funds named 钟 count what they see of it. */
static const struct wl_chore chores[] = {
    {.name = "daily_check",
     .at = "daily 01:00",
     .record = "follows.task",
     .rows = WL_SQL("select t.day || ' ' || m.id as key, m.id as matter, m.div, t.day,"
                    "       '核查 ' || t.day as title"
                    "  from follows.matter m join t on m.county = t.county"
                    " where m.state = 'agreed' and m.deleted_at is null")},
    {.name = "daily_count",
     .at = "daily 02:00",
     .record = "follows.fund",
     .rows = WL_SQL("select f.id from follows.fund f"
                    " where f.county = t.county and f.title = '钟'"),
     .set = WL_SQL("days = o.days + 1")},
    {.name = "weekly_meeting",
     .at = "weekly 1 08:00",
     .record = "follows.task",
     .rows = WL_SQL("select t.day || ' ' || f.div as key, f.div, t.day, '例会' as title"
                    "  from follows.fund f"
                    " where f.county = t.county and f.title = '钟'")},
    {.name = "month_end",
     .at = "monthly -1 23:00",
     .record = "follows.fund",
     .rows = WL_SQL("select f.id, to_char(t.day, 'YYYY-MM') as month from follows.fund f"
                    " where f.county = t.county and f.title = '钟'"),
     .set = WL_SQL("months = o.months || s.month || ' '")},
    {.name = "often",
     .at = "10 min",
     .record = "follows.task",
     .rows = WL_SQL("select t.at::text as key, f.div, t.day,"
                    "       '巡 ' || to_char(t.at at time zone 'Asia/Shanghai', 'HH24:MI') as title"
                    "  from follows.fund f"
                    " where f.county = t.county and f.title = '钟'")},
    {.name = "yearly_plan",
     .at = "yearly 01-20 00:10",
     .record = "follows.task",
     .rows = WL_SQL("select 'plan' as key, f.div, t.day, '年度计划' as title"
                    "  from follows.fund f, generate_series(1, 3)"
                    " where f.county = t.county and f.title = '钟'")},
};

static const struct wl_setting settings[] = {
    {.name = "task_days", .type = WL_INTEGER, .min = 1, .max = 60, .value = "7"},
};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "follows",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .chores = WL_ROWS(chores),
    .settings = WL_ROWS(settings),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
