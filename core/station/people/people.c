/* 队伍: duty roster, training, certificates, interns, work time. */
#include "station/station.h"

const struct wl_plugin station_people = {
    .size = sizeof(struct wl_plugin),
    .name = "people",
};
