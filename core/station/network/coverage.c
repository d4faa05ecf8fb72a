/* 覆盖情况: what the county summary says of the network (domain book 4.3, Y01 to Y05), on any day. */
#include "station/network/network.h"

#include "station/station.h"

void network_coverage(struct wl_ctx *ctx)
{
    const char *on = ctx->api->query(ctx, "on");
    station_rows_reply(ctx, "network_coverage", 1, &on);
}
