/* 平急转换: service modes, incidents, bulletins, online groups, registers. */
#include "station/station.h"

const struct wl_plugin station_modes = {
    .size = sizeof(struct wl_plugin),
    .name = "modes",
};
