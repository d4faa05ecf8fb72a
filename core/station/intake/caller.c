/* Who may be behind a telephone number: what the hotline's page shows while it rings. The number
 * comes in the body and is compared by its blind index only. */
#include "station/intake/intake.h"

void caller_handle(struct wl_ctx *ctx)
{
    const struct wl_api *api = ctx->api;
    const char *const index[] = {api->blind(ctx, "station.call_log", "phone", "phone")};
    if (!index[0])
        return;
    int at = api->add(ctx, "caller", 1, index);
    if (api->run(ctx) == 0)
        api->reply_row(ctx, api->rows(ctx, at));
}
