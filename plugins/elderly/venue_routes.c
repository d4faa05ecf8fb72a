/* Answers that join several records, as no list of one does: today at the venues somebody answers
 * for, and whom of a category an activity is for. */
#include "elderly.h"

static void rows_reply(struct wl_ctx *ctx, const char *statement, int n, const char *const *args)
{
    int rows = ctx->api->add(ctx, statement, n, args);
    if (ctx->api->run(ctx) == 0)
        ctx->api->reply_rows(ctx, ctx->api->rows(ctx, rows));
}

void my_venues_handle(struct wl_ctx *ctx)
{
    const char *const actor[] = {ctx->api->actor(ctx)};
    rows_reply(ctx, "my_venues", 1, actor);
}

void invitees_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "category"), ctx->api->query(ctx, "activity")};
    rows_reply(ctx, "invitees", 2, args);
}
