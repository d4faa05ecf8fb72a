/* 机构与场地: records of the network of stations, one a file. */
#ifndef WULIAN_STATION_NETWORK_NETWORK_H
#define WULIAN_STATION_NETWORK_NETWORK_H

#include <wulian/plugin.h>

extern const struct wl_record network_room, network_venue, network_site_share, network_check_scheme,
    network_standard_check, network_demo_site, network_contact_card;

/* GET /coverage: 覆盖情况 by township and as a whole on a day (domain book 4.3, Y01 to Y05). */
void network_coverage(struct wl_ctx *ctx);

#endif
