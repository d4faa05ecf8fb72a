/* 模式与品牌: brand plans, plan targets, key work, versions and lessons of the county's model. */
#include "station/model/model.h"

static const struct wl_record *const records[] = {&station_brand_plan};

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
};

const struct wl_plugin station_model = {
    .size = sizeof(struct wl_plugin),
    .name = "model",
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
};
