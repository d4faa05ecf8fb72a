/* What most routes of the stations' work answer with: all rows of one statement. */
#include "station/station.h"

void station_rows_reply(struct wl_ctx *ctx, const char *statement, int n, const char *const *args)
{
    int rows = ctx->api->add(ctx, statement, n, args);
    if (ctx->api->run(ctx) == 0)
        ctx->api->reply_rows(ctx, ctx->api->rows(ctx, rows));
}
