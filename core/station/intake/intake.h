/* One way in (domain book 3.1.4): requests, what of them is secret, calls, duty forwarding. */
#ifndef WULIAN_STATION_INTAKE_INTAKE_H
#define WULIAN_STATION_INTAKE_INTAKE_H

#include "station/station.h"

extern const struct wl_record station_request_secret, station_call_log, station_duty_forward;

/* POST /calls/caller: who may be behind a telephone number. */
void caller_handle(struct wl_ctx *ctx);

#endif
