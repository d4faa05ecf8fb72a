/* 三大方法: casework, group work, activities, referrals, surveys, measures. */
#include "station/methods/methods.h"
#include "station/station.h"

static const struct wl_record *const records[] = {
    &station_consent,
    &station_case_file,
    &station_case_sheet,
    &station_case_record,
    &station_case_addendum,
    &station_case_conference,
    &station_group_work,
    &station_group_member,
    &station_group_session,
    &station_group_attendance,
    &station_activity,
    &station_activity_role,
    &station_activity_attendance,
    &station_activity_enrol,
    &station_activity_photo,
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
    {"group_work", "county_section", "read export approve_export"},
    {"group_work", "county_admin", "read export approve_export"},
    {"group_work", "township_officer", "read"},
    {"group_work", "station_head", "create read update advance export"},
    {"group_work", "social_worker", "create read update advance"},
    {"group_work", "room_worker", "read"},
    {"group_work", "agency_supervisor", "masked"},
    {"group_work", "auditor_biz", "masked"},
    /* hosts, undertakers and co-organisers are named by whoever prepares it */
    {"activity", "county_section", "create read update approve enrol export approve_export"},
    {"activity", "county_admin", "create read update approve enrol export approve_export"},
    {"activity", "county_leader", "read"},
    {"activity", "township_officer", "read"},
    {"activity", "station_head", "create read update approve enrol export"},
    {"activity", "social_worker", "create read update enrol"},
    {"activity", "room_worker", "create read update enrol"},
    {"activity", "child_director", "read enrol"},
    {"activity", "agency_supervisor", "masked"},
    {"activity", "agency_manager", "masked"},
    {"activity", "hotline_operator", "masked"},
    {"activity", "auditor_biz", "masked"},
};

const struct wl_plugin station_methods = {
    .size = sizeof(struct wl_plugin),
    .name = "methods",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
    .indicators = {methods_counts, METHODS_COUNTS, sizeof *methods_counts},
};
