/* The county's model of social work and how it is kept: one record a file. */
#ifndef WULIAN_STATION_MODEL_H
#define WULIAN_STATION_MODEL_H

#include "station/station.h"

extern const struct wl_record station_brand_plan;


#endif
