/* 政策: records of this part. */
#ifndef WULIAN_STATION_POLICY_POLICY_H
#define WULIAN_STATION_POLICY_POLICY_H

#include "station/station.h"

extern const struct wl_record station_policy_doc, station_policy_value;
/* GET /policy_params: every key with what is in use on a day. */
void policy_params_handle(struct wl_ctx *ctx);

#endif
