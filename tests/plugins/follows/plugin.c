/* What follows from steps and from the clock: the description. */
#include "follows.h"

static const struct wl_record *const records[] = {&fund, &matter, &task};

static const struct wl_access access[] = {
    {"follow_fund", "county_admin", "create read update"},
    {"follow_fund", "station_head", "create read update"},
    {"follow_matter", "county_admin", "create read update"},
    {"follow_matter", "station_head", "create read update import"},
    {"follow_matter", "room_worker", "create read update"},
    {"follow_task", "county_admin", "read"},
    {"follow_task", "station_head", "read update"},
};

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = WL_ABI,
    .name = "follows",
    .version = "1.0.0",
    .schema = 1,
    .records = WL_RECORDS(records),
    .access = WL_ROWS(access),
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
