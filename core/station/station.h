/* The stations' common work, written with the plugin contract and linked in. */
#ifndef WULIAN_STATION_STATION_H
#define WULIAN_STATION_STATION_H

#include <wulian/plugin.h>

extern const struct wl_plugin station_module;

/* One per file of this folder. */
extern const struct wl_record station_resident, station_household, station_household_member,
    station_request, station_visit, station_near_relative;

#endif
