/* 平急转换: service modes, and what an emergency asks of the stations (domain book 2.5, 3.1.5). */
#ifndef WULIAN_STATION_MODES_MODES_H
#define WULIAN_STATION_MODES_MODES_H

#include <wulian/plugin.h>

/* One per file of this folder, or a small family. */
extern const struct wl_record station_mode_switch, station_service_policy;

/* Routes; their statements stand in modes.c. */
void mode_effective_handle(struct wl_ctx *ctx);
void mode_services_handle(struct wl_ctx *ctx);
void mode_overview_handle(struct wl_ctx *ctx);

#endif
