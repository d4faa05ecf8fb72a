/* 平急转换: service modes, and what an emergency asks of the stations (domain book 2.5, 3.1.5). */
#ifndef WULIAN_STATION_MODES_MODES_H
#define WULIAN_STATION_MODES_MODES_H

#include <wulian/plugin.h>

/* One per file of this folder, or a small family. */
extern const struct wl_record station_mode_switch, station_service_policy, station_emergency_plan,
    station_incident, station_bulletin, station_bulletin_relay, station_conference,
    station_linkage_order, station_online_group, station_online_session, station_counselling,
    station_isolation_subject, station_isolation_check, station_incomer, station_mode_brief;

/* Routes; their statements stand in modes.c. */
void mode_effective_handle(struct wl_ctx *ctx);
void mode_services_handle(struct wl_ctx *ctx);
void mode_overview_handle(struct wl_ctx *ctx);
void incident_figures_handle(struct wl_ctx *ctx);

#endif
