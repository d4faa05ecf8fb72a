/* 经费与合同: agencies, purchase contracts, funds, expenses, assets. */
#include "station/station.h"

const struct wl_plugin station_money = {
    .size = sizeof(struct wl_plugin),
    .name = "money",
};
