/* 服务模式: the coding 一核双社三维四服五联, brand plans, plan targets, lessons. */
#include "station/station.h"

const struct wl_plugin station_model = {
    .size = sizeof(struct wl_plugin),
    .name = "model",
};
