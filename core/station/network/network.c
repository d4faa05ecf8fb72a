/* 机构与场地: the network of stations: rooms, venues, checklists, demonstration sites, coverage. */
#include "station/station.h"

const struct wl_plugin station_network = {
    .size = sizeof(struct wl_plugin),
    .name = "network",
};
