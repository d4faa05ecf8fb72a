/* The county's model of social work and how it is kept: one record a file. */
#ifndef WULIAN_STATION_MODEL_H
#define WULIAN_STATION_MODEL_H

#include "station/station.h"

extern const struct wl_record station_brand_plan, station_plan_target, station_key_work,
    station_key_work_part, station_model_version, station_lesson;


#endif
