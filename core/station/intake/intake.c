/* 诉求与热线: one way in: calls, duty forwarding, escalation. */
#include "station/station.h"

const struct wl_plugin station_intake = {
    .size = sizeof(struct wl_plugin),
    .name = "intake",
};
