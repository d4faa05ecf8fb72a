/* People who work at the stations (domain book 3.1.2): one record or small family a file. */
#ifndef WULIAN_STATION_PEOPLE_PEOPLE_H
#define WULIAN_STATION_PEOPLE_PEOPLE_H

#include "station/station.h"

extern const struct wl_record station_staff_profile, station_duty_setting, station_roster,
    station_duty_gap, station_training, station_training_attend, station_exam_plan, station_intern,
    station_intern_draft, station_worktime, station_talent_plan;

/* Routes that answer with what was counted. */
void duty_handle(struct wl_ctx *ctx);
void duty_holes_handle(struct wl_ctx *ctx);
void education_handle(struct wl_ctx *ctx);
void workforce_handle(struct wl_ctx *ctx);
void talent_handle(struct wl_ctx *ctx);

#endif
