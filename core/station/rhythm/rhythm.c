/* 调度督导: dispatch, supervision, resolutions, deadlines, star review. */
#include "station/rhythm/rhythm.h"

static const struct wl_record *const records[] = {
    &station_committee,   &station_committee_member, &station_meeting,       &station_meeting_item,
    &station_action_item, &station_supervision,      &station_rectification, &station_task,
};

/* Domain book 3.7 has the row of star reviews; the others follow 1.2 and 1.3: the county leads, the
 * agency's supervisor supervises, the station answers for itself. All [A]. */
static const struct wl_access access[] = {
    /* committee 领导小组 */
    {"committee", "county_admin", "create read update manage"},
    {"committee", "county_section", "read"},
    {"committee", "county_leader", "read"},
    {"committee", "auditor_biz", "read"},

    /* meeting 会议, with its agenda: minutes are the county's; a station reads what is about it */
    {"meeting", "county_admin", "create read update manage export"},
    {"meeting", "county_section", "create read update manage export"},
    {"meeting", "county_leader", "create read manage"},
    {"meeting", "township_officer", "read"},
    {"meeting", "station_head", "read"},
    {"meeting", "auditor_biz", "read"},

    /* action_item 任务: who owns it finishes it, another verifies */
    {"action_item", "county_admin", "create read update finish verify export"},
    {"action_item", "county_section", "create read update finish verify export"},
    {"action_item", "county_leader", "create read finish verify"},
    {"action_item", "township_officer", "read finish"},
    {"action_item", "station_head", "create read update finish verify"},
    {"action_item", "social_worker", "read finish"},
    {"action_item", "room_worker", "read finish"},
    {"action_item", "agency_manager", "read finish"},
    {"action_item", "auditor_biz", "read"},

    /* supervision 督导 and rectification 整改 */
    {"supervision", "agency_supervisor", "create read submit"},
    {"supervision", "county_section", "create read submit cancel export"},
    {"supervision", "county_admin", "read cancel export"},
    {"supervision", "county_leader", "read"},
    {"supervision", "agency_manager", "read"},
    {"supervision", "township_officer", "read"},
    {"supervision", "station_head", "read"},
    {"supervision", "auditor_biz", "read"},
    {"rectification", "agency_supervisor", "create read update accept"},
    {"rectification", "county_section", "create read update accept export"},
    {"rectification", "county_admin", "read export"},
    {"rectification", "county_leader", "read"},
    {"rectification", "agency_manager", "read"},
    {"rectification", "township_officer", "read"},
    {"rectification", "station_head", "read mend"},
    {"rectification", "social_worker", "read"},
    {"rectification", "auditor_biz", "read"},

    /* task 周期任务 */
    {"task", "county_admin", "create read update finish waive export"},
    {"task", "county_section", "create read update finish waive export"},
    {"task", "county_leader", "read"},
    {"task", "township_officer", "read finish"},
    {"task", "child_supervisor", "read finish"},
    {"task", "station_head", "create read update finish"},
    {"task", "social_worker", "read"},
    {"task", "agency_manager", "read"},
    {"task", "auditor_biz", "read"},
};

/* M36 of the station monthly report and Y08, Y09 of the county's (domain book 4.2, 4.3). A share
 * counts against what was due in the period, done or not. */
static const struct wl_indicator indicators[] = {
    {"M36", "unit.supervisions", .kinds = "SUPERVISE_FORM", .record = "station.supervision",
     .rows = WL_SQL("select s.county, s.div, s.org, s.supervised_at as at, s.id,"
                    "       null::uuid as person, s.form as kind, 1::bigint as n"
                    "  from station.supervision s"
                    " where s.deleted_at is null and s.state in ('submitted', 'closed')")},
    {"M36B", "unit.rectifications", .share = "on_time", .record = "station.rectification",
     .rows = WL_SQL("select r.county, r.div, r.org, r.due_at - interval '1 day' as at, r.id,"
                    "       null::uuid as person, case when r.accepted_at < r.due_at"
                    "           then 'on_time' else 'late' end as kind, 1::bigint as n"
                    "  from station.rectification r"
                    " where r.deleted_at is null")},
    {"Y08", "unit.tasks", .share = "on_time", .record = "station.action_item",
     .rows = WL_SQL("select a.county, a.div, a.org, a.due_at - interval '1 day' as at, a.id,"
                    "       null::uuid as person, case when a.done_at < a.due_at"
                    "           then 'on_time' else 'late' end as kind, 1::bigint as n"
                    "  from station.action_item a"
                    " where a.deleted_at is null and a.state <> 'cancelled'")},
    {"Y09", "unit.station_months", .share = "done", .record = "station.supervision",
     .rows = WL_SQL("select s.county, s.div, s.org, timezone('Asia/Shanghai', s.month::timestamp)"
                    "           as at, s.id, null::uuid as person,"
                    "       case when s.state in ('submitted', 'closed') then 'done'"
                    "           else 'missing' end as kind, 1::bigint as n"
                    "  from station.supervision s"
                    " where s.deleted_at is null and s.state <> 'cancelled'")},
};

const struct wl_plugin station_rhythm = {
    .size = sizeof(struct wl_plugin),
    .name = "rhythm",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .indicators = WL_ROWS(indicators),
    .chores = WL_ROWS(rhythm_chores),
};
