/* 调度督导: dispatch, supervision, resolutions, deadlines, star review. */
#include "station/station.h"

const struct wl_plugin station_rhythm = {
    .size = sizeof(struct wl_plugin),
    .name = "rhythm",
};
