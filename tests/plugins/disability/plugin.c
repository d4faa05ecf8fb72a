/* 残疾人服务: the description, and nothing else. */
#include "disability.h"

static const struct wl_record *const records[] = {&certificate, &rehab_plan, &device_loan};

/* Our assumption throughout: no source of ours gives a matrix for this domain. */
static const struct wl_access access[] = {
    {"disability", "county_section", "read export approve_export"},
    {"disability", "county_admin", "read merge"},
    {"disability", "township_officer", "read export"},
    {"disability", "station_head",
     "create read update delete restore search reveal review close import export"},
    {"disability", "social_worker", "create read update search reveal"},
    {"disability", "room_worker", "create read"},
    {"disability", "hotline_operator", "masked search"},
    {"disability", "auditor_biz", "masked"},
};

static const struct wl_indicator indicators[] = {
    {"D01", "unit.plans", .persons = "D01P", .kinds = "REHAB_OUTCOME", .share = "BETTER",
     .record = "disability.rehab_plan",
     .rows = WL_SQL("select p.county, p.div, p.org, p.reviewed_at as at, p.id, p.person,"
                    "       p.outcome as kind, 1::bigint as n"
                    "  from disability.rehab_plan p"
                    " where p.deleted_at is null and p.reviewed_at is not null")},
    {"D02", "unit.devices", .persons = "D02P", .kinds = "AID_DEVICE",
     .record = "disability.device_loan",
     .rows = WL_SQL("select l.county, l.div, l.org,"
                    "       l.lent_on::timestamp at time zone 'Asia/Shanghai' as at, l.id,"
                    "       l.person, l.device as kind, 1::bigint as n"
                    "  from disability.device_loan l"
                    " where l.deleted_at is null")},
};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "disability",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .indicators = WL_ROWS(indicators),
    .access = WL_ROWS(access),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
