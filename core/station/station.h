/* The stations' common work, written with the plugin contract and linked in. */
#ifndef WULIAN_STATION_STATION_H
#define WULIAN_STATION_STATION_H

#include <wulian/plugin.h>

extern const struct wl_plugin station_module;

/* Its parts, one a folder, with texts of their own beside them. */
extern const struct wl_plugin station_network, station_money, station_intake, station_people,
    station_methods, station_rhythm, station_modes, station_model, station_policy;

/* One per file of this folder. */
extern const struct wl_record station_resident, station_household, station_household_member,
    station_request, station_visit, station_near_relative;

#endif
