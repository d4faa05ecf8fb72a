/* Routes that answer with what was counted: one statement, all its rows. */
#include <stdbool.h>
#include <string.h>

#include "base/time.h"
#include "station/people/people.h"

static void rows_reply(struct wl_ctx *ctx, const char *statement, int n, const char *const *args)
{
    const struct wl_api *api = ctx->api;
    int at = api->add(ctx, statement, n, args);
    if (api->run(ctx) == 0)
        api->reply_rows(ctx, api->rows(ctx, at));
}

/* Digits only, so that the cast in the statement cannot fail. */
static bool digits(const char *s, size_t n)
{
    return s && strlen(s) == n && strspn(s, "0123456789") == n;
}

/* NULL, or what PostgreSQL reads as that: its own refusal would tell no parameter. */
static bool date_like(const char *s)
{
    struct date d;
    return !s || date_parse(s, &d);
}

static bool time_like(const char *s)
{
    int64_t at;
    return !s || time_parse(s, &at);
}

void duty_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "township"), ctx->api->query(ctx, "at")};
    if (!digits(args[0], 9) || !time_like(args[1]))
        ctx->api->reply_problem(ctx, 400, "bad_query");
    else
        rows_reply(ctx, "duty_on", 2, args);
}

void duty_holes_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "from"), ctx->api->query(ctx, "to")};
    if (!date_like(args[0]) || !date_like(args[1]))
        ctx->api->reply_problem(ctx, 400, "bad_query");
    else
        rows_reply(ctx, "duty_holes", 2, args);
}

void education_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "on")};
    if (!date_like(args[0]))
        ctx->api->reply_problem(ctx, 400, "bad_query");
    else
        rows_reply(ctx, "education", 1, args);
}

void workforce_handle(struct wl_ctx *ctx)
{
    rows_reply(ctx, "workforce", 0, NULL);
}

void talent_handle(struct wl_ctx *ctx)
{
    const char *const args[] = {ctx->api->query(ctx, "year")};
    if (!digits(args[0], 4))
        ctx->api->reply_problem(ctx, 400, "bad_query");
    else
        rows_reply(ctx, "talent", 1, args);
}
