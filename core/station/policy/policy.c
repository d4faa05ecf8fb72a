/* 政策: policy parameters and the policy library. */
#include "station/station.h"

const struct wl_plugin station_policy = {
    .size = sizeof(struct wl_plugin),
    .name = "policy",
};
