/* 模式与品牌: brand plans, plan targets, key work, versions and lessons of the county's model. */
#include "station/model/model.h"

static const struct wl_record *const records[] = {
    &station_brand_plan,    &station_plan_target,   &station_key_work,
    &station_key_work_part, &station_model_version, &station_lesson,
};

/* The rows of domain book 3.7 have none of these; all [A]. */
static const struct wl_access access[] = {
    /* brand_plan 品牌计划: the county's; whoever serves reads it */
    {"brand_plan", "county_admin", "create read update manage export"},
    {"brand_plan", "county_section", "create read update manage export"},
    {"brand_plan", "county_leader", "read"},
    {"brand_plan", "township_officer", "read"},
    {"brand_plan", "child_supervisor", "read"},
    {"brand_plan", "station_head", "read export"},
    {"brand_plan", "social_worker", "read"},
    {"brand_plan", "room_worker", "read"},
    {"brand_plan", "child_director", "read"},
    {"brand_plan", "agency_supervisor", "read"},
    {"brand_plan", "agency_manager", "read"},
    {"brand_plan", "intern", "read"},
    {"brand_plan", "hotline_operator", "read"},
    {"brand_plan", "auditor_biz", "read"},

    /* plan 规划指标, model 模式版本: the county's */
    {"plan", "county_admin", "create read update export"},
    {"plan", "county_section", "create read update export"},
    {"plan", "county_leader", "read"},
    {"plan", "township_officer", "read"},
    {"plan", "station_head", "read"},
    {"plan", "agency_manager", "read"},
    {"plan", "auditor_biz", "read"},
    {"model", "county_admin", "create read update manage"},
    {"model", "county_section", "create read update"},
    {"model", "county_leader", "read manage"},
    {"model", "township_officer", "read"},
    {"model", "station_head", "read"},
    {"model", "social_worker", "read"},
    {"model", "room_worker", "read"},
    {"model", "agency_supervisor", "read"},
    {"model", "agency_manager", "read"},
    {"model", "intern", "read"},
    {"model", "auditor_biz", "read"},

    /* key_work 重点工作: its parts are finished by whoever answers for the station */
    {"key_work", "county_admin", "create read update manage export"},
    {"key_work", "county_section", "create read update manage export"},
    {"key_work", "county_leader", "read manage"},
    {"key_work", "township_officer", "read finish"},
    {"key_work", "station_head", "read finish"},
    {"key_work", "social_worker", "read"},
    {"key_work", "agency_manager", "read"},
    {"key_work", "auditor_biz", "read"},

    /* lesson 经验与改进: whoever serves finds, the county plans */
    {"lesson", "county_admin", "create read update manage finish export"},
    {"lesson", "county_section", "create read update manage finish export"},
    {"lesson", "county_leader", "read"},
    {"lesson", "township_officer", "create read update finish"},
    {"lesson", "station_head", "create read update finish"},
    {"lesson", "social_worker", "create read update finish"},
    {"lesson", "room_worker", "create read"},
    {"lesson", "agency_supervisor", "create read update finish"},
    {"lesson", "agency_manager", "create read update finish"},
    {"lesson", "auditor_biz", "read"},
};

const struct wl_plugin station_model = {
    .size = sizeof(struct wl_plugin),
    .name = "model",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
};
