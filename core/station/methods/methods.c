/* 三大方法: casework, group work, activities, referrals, surveys, measures. */
#include "station/methods/methods.h"
#include "station/station.h"

static const struct wl_record *const records[] = {
    &station_consent,     &station_case_file,     &station_case_sheet,
    &station_case_record, &station_case_addendum, &station_case_conference,
};

/* Domain book 3.7, row case_file: its register and its material are two objects, and the material
 * is seen by named readers alone whoever may read; the rest is our assumption. */
static const struct wl_access access[] = {
    {"case_file", "county_section", "read"},
    {"case_file", "station_head", "read sign"},
    {"case_file", "social_worker", "create read update advance"},
    {"case_file", "agency_supervisor", "read sign"},
    {"case_note", "county_section", "read"},
    {"case_note", "station_head", "read readers"},
    {"case_note", "social_worker", "create read update readers"},
    {"case_note", "agency_supervisor", "read create update"},
    {"consent", "county_section", "read"},
    {"consent", "station_head", "create read update"},
    {"consent", "social_worker", "create read update"},
    {"consent", "room_worker", "create read"},
    {"consent", "child_director", "create read"},
    {"consent", "agency_supervisor", "masked"},
    {"consent", "auditor_biz", "masked"},
};

/* M25 个案: a case counts from when its intake is finished (domain book 4.1). In hand at the end of a
 * month is a row for each month's end that it was open at. */
static const struct wl_indicator indicators[] = {
    {"M25", "unit.cases", .persons = "M25P", .kinds = "REQ_DOMAIN", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       c.opened_on::timestamp at time zone 'Asia/Shanghai' as at, c.id,"
                    "       c.person, c.service as kind, 1::bigint as n"
                    "  from station.case_file c"
                    " where c.deleted_at is null and c.opened_on is not null")},
    {"M25H", "unit.cases", .kinds = "REQ_DOMAIN", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       (m + interval '1 month') at time zone 'Asia/Shanghai'"
                    "           - interval '1 second' as at, c.id, c.person, c.service as kind,"
                    "       1::bigint as n"
                    "  from station.case_file c"
                    " cross join generate_series(date_trunc('month', c.opened_on::timestamp),"
                    "       date_trunc('month', coalesce(c.closed_on, core.today())::timestamp)"
                    "           - case when c.closed_on is null then interval '0'"
                    "                  else interval '1 month' end, interval '1 month') m"
                    " where c.deleted_at is null and c.opened_on is not null")},
    {"M25C", "unit.cases", .kinds = "CASE_CLOSE", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       c.closed_on::timestamp at time zone 'Asia/Shanghai' as at, c.id,"
                    "       c.person, c.close_reason as kind, 1::bigint as n"
                    "  from station.case_file c"
                    " where c.deleted_at is null and c.closed_on is not null"
                    "   and c.opened_on is not null")},
    /* 助人自助 of whom it is known from the follow-up; the volunteers' register adds its own. */
    {"Y13", "unit.cases", .share = "volunteer", .record = "station.case_file",
     .rows = WL_SQL("select c.county, c.div, c.org,"
                    "       c.closed_on::timestamp at time zone 'Asia/Shanghai' as at, c.id,"
                    "       c.person, case when c.became_volunteer then 'volunteer' else 'other'"
                    "           end as kind, 1::bigint as n"
                    "  from station.case_file c"
                    " where c.deleted_at is null and c.closed_on is not null"
                    "   and c.opened_on is not null")},
};

const struct wl_plugin station_methods = {
    .size = sizeof(struct wl_plugin),
    .name = "methods",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .indicators = WL_ROWS(indicators),
};
