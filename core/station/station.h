/* The stations' common work, written with the plugin contract and linked in. */
#ifndef WULIAN_STATION_STATION_H
#define WULIAN_STATION_STATION_H

#include <wulian/plugin.h>

extern const struct wl_plugin station_module;

/* Its parts, one a folder, with texts of their own beside them. */
extern const struct wl_plugin station_network, station_money, station_intake, station_people,
    station_methods, station_rhythm, station_modes, station_model, station_policy;

/* One per file of this folder. */
extern const struct wl_record station_resident, station_household, station_household_member,
    station_request, station_visit, station_near_relative;

/* The first wall of a statement, as the views have it; row security is the second. */
#define IN_SCOPE(t)                                                                                \
    "   and " t ".div >= (select nullif(current_setting('wl.lo', true), '')::bigint)"              \
    "   and " t ".div < (select nullif(current_setting('wl.hi', true), '')::bigint)"

/* Replies with all rows of a declared statement, or why there are none to be had. */
void station_rows_reply(struct wl_ctx *ctx, const char *statement, int n, const char *const *args);

#endif
