/* 调度督导: dispatch, supervision, resolutions, deadlines, star review. */
#include "station/rhythm/rhythm.h"

static const struct wl_record *const records[] = {
    &station_committee,   &station_committee_member, &station_meeting,       &station_meeting_item,
    &station_action_item, &station_supervision,      &station_rectification, &station_task,
    &station_major_item,  &station_conflict,         &station_vote,          &station_star_scheme,
    &station_star_item,   &station_star_review,      &station_star_score,    &station_month_report,
};

/* Domain book 3.7 has the row of star reviews, and that of reports, which is the core's; the others
 * follow 1.2 and 1.3: the county leads, the agency's supervisor supervises, the station answers for
 * itself. All [A]. */
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

    /* major_item 一事一议: brought by whoever meets the matter, decided by the leading group; the
     * votes are their members' */
    {"major_item", "county_admin", "create read update submit decide export"},
    {"major_item", "county_leader", "create read update submit decide"},
    {"major_item", "county_section", "create read update submit export"},
    {"major_item", "township_officer", "create read update submit"},
    {"major_item", "station_head", "create read update submit"},
    {"major_item", "auditor_biz", "masked"},
    {"vote", "county_admin", "create read"},
    {"vote", "county_leader", "create read"},
    {"vote", "county_section", "create read"},
    {"vote", "auditor_biz", "read"},
    {"conflict", "county_admin", "create read decide"},
    {"conflict", "county_leader", "create read decide"},
    {"conflict", "county_section", "create read"},
    {"conflict", "auditor_biz", "read"},

    /* star_scheme 评定方案: the county's; star_review 星级评定 */
    {"star_scheme", "county_admin", "create read update manage"},
    {"star_scheme", "county_section", "create read update manage"},
    {"star_scheme", "county_leader", "read"},
    {"star_scheme", "township_officer", "read"},
    {"star_scheme", "station_head", "read"},
    {"star_scheme", "social_worker", "read"},
    {"star_scheme", "agency_supervisor", "read"},
    {"star_scheme", "agency_manager", "read"},
    {"star_scheme", "auditor_biz", "read"},
    {"star_review", "county_section", "create read review grant export"}, /* CRU A */
    {"star_review", "township_officer", "read check"},                    /* A check */
    {"star_review", "station_head", "create read self prove"},            /* C self score */
    {"star_review", "social_worker", "read prove"},                       /* C evidence */
    {"star_review", "agency_supervisor", "read prove"},                   /* C evidence */
    {"star_review", "auditor_biz", "read"},                               /* R */
    {"star_review", "county_admin", "read review grant export"},          /* 1.2: star review */
    {"star_review", "county_leader", "read grant"},                       /* 1.2: final sign-off */
};

/* M36 of the station monthly report and Y03, Y08 to Y10 of the county's (domain book 4.2, 4.3). A
 * share counts against what was due in the period, done or not. */
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
    {"Y03", "unit.stations", .record = "station.star_review",
     .rows = WL_SQL("select r.county, r.div, r.org, timezone('Asia/Shanghai',"
                    "           r.granted_on::timestamp) as at, r.id, null::uuid as person,"
                    "       r.stars::text as kind, 1::bigint as n"
                    "  from station.star_review r"
                    " where r.deleted_at is null and r.state in ('granted', 'rechecked')")},
    {"Y10", "unit.matters", .share = "closed", .record = "station.major_item",
     .rows = WL_SQL("select i.county, i.div, i.org, i.decided_at as at, i.id,"
                    "       null::uuid as person, case when i.state = 'closed' then 'closed'"
                    "           else 'open' end as kind, 1::bigint as n"
                    "  from station.major_item i"
                    " where i.deleted_at is null"
                    "   and i.state in ('approved', 'executing', 'closed')")},
};

const struct wl_plugin station_rhythm = {
    .size = sizeof(struct wl_plugin),
    .name = "rhythm",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .indicators = WL_ROWS(indicators),
    .chores = WL_ROWS(rhythm_chores),
};
