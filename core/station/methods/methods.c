/* 三大方法: casework, group work, activities, referrals, surveys, measures. */
#include "station/station.h"

const struct wl_plugin station_methods = {
    .size = sizeof(struct wl_plugin),
    .name = "methods",
};
