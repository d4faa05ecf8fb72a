/* What a plugin's C can do wrong, a route each. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wulian/plugin.h>

/* Read at run time, so that no compiler sees through what follows. */
static volatile uintptr_t nowhere = 64;
static volatile bool forever = true;
static char small[16];

static void write_nowhere(struct wl_ctx *ctx)
{
    (void)ctx;
    *(volatile int *)nowhere = 1;
}

static void give_up(struct wl_ctx *ctx)
{
    (void)ctx;
    abort();
}

static void leave(struct wl_ctx *ctx)
{
    (void)ctx;
    exit(0);
}

static void leave_at_once(struct wl_ctx *ctx)
{
    (void)ctx;
    _exit(0);
}

static void turn(struct wl_ctx *ctx)
{
    (void)ctx;
    while (forever)
        continue;
}

static void hang(struct wl_ctx *ctx)
{
    (void)ctx;
    while (forever)
        pause();
}

static int deeper(int n)
{
    volatile char room[1024] = {0};

    room[n % 1024] = (char)n;
    return forever ? deeper(n + 1) + room[n % 1024] : n;
}

static void recurse(struct wl_ctx *ctx)
{
    if (deeper(0) == 0)
        ctx->api->reply_problem(ctx, 500, "never");
}

/* Takes all there is, and does not look at what it got. */
static void bomb(struct wl_ctx *ctx)
{
    enum { PIECE = 1 << 20 };

    (void)ctx;
    while (forever) {
        char *p = malloc(PIECE);

        memset((void *)((uintptr_t)p + nowhere), 1, PIECE - 64);
    }
}

/* The same by the host's own means, and goes on when it is told that there is no more. */
static void hoard(struct wl_ctx *ctx)
{
    enum { PIECE = 1 << 20, PIECES = 1000 };
    int i = 0;

    while (i < PIECES && ctx->api->alloc(ctx, PIECE))
        i++;
    ctx->api->reply_problem(ctx, 400, "never");
}

/* One large result after the other: all of them live until the call ends. */
static void gather(struct wl_ctx *ctx)
{
    enum { TIMES = 100 };

    for (int i = 0; i < TIMES; i++) {
        ctx->api->add(ctx, "huge", 0, NULL);
        ctx->api->run(ctx);
    }
    ctx->api->reply_problem(ctx, 400, "never");
}

static void free_twice(struct wl_ctx *ctx)
{
    void *volatile p = malloc(100);
    void *volatile again = p;

    (void)ctx;
    free(p);
    free(again);
}

/* Beyond its own array, until nothing is there. */
static void overrun(struct wl_ctx *ctx)
{
    volatile char *at = small;

    (void)ctx;
    while (forever)
        *at++ = 1;
}

static void forget(struct wl_ctx *ctx)
{
    void *volatile lost = malloc(64);

    lost = NULL;
    (void)lost;
    ctx->api->reply_problem(ctx, 400, "never");
}

static void leak(struct wl_ctx *ctx)
{
    while (open("/dev/null", O_RDONLY) >= 0)
        continue;
    ctx->api->reply_problem(ctx, 400, "never");
}

static void answer(struct wl_ctx *ctx, const char *statement)
{
    const struct wl_api *api = ctx->api;
    int rows = api->add(ctx, statement, 0, NULL);

    if (api->run(ctx) == 0)
        api->reply_rows(ctx, api->rows(ctx, rows));
}

static void count(struct wl_ctx *ctx)
{
    answer(ctx, "count");
}

static void wait_long(struct wl_ctx *ctx)
{
    answer(ctx, "long");
}

/* A transaction that writes, and then does not come to its end. */
static void hold(struct wl_ctx *ctx)
{
    ctx->api->add(ctx, "take", 0, NULL);
    wait_long(ctx);
}

/* One result that is larger than the whole process may be. */
static void flood(struct wl_ctx *ctx)
{
    answer(ctx, "flood");
}

static void say_much(struct wl_ctx *ctx)
{
    answer(ctx, "huge");
}

#define NAME "hostile"
#define STATEMENTS                                                                                 \
    {"count", WL_SQL("select count(*) as things from hostile.thing t where t.county = $1")},       \
        {"long", WL_SQL("select count(s.n) as n from (select generate_series(1, 10000000000) as n" \
                        " from hostile.thing t where t.county = $1) s")},                          \
        {"take", WL_SQL("update hostile.thing t set title = 'held' where t.county = $1")},         \
        {"flood", WL_SQL("select repeat(t.title, 10000) as text, generate_series(1, 40000) as n"   \
                         " from hostile.thing t where t.county = $1")},                            \
    {                                                                                              \
        "huge", WL_SQL("select repeat(t.title, 10000) as text, generate_series(1, 2000) as n"      \
                       " from hostile.thing t where t.county = $1")                                \
    }
#define ROUTE(path, handler) {"GET", path, "thing.read", handler, .sensitivity = WL_CLASS_1}
#define ROUTES                                                                                     \
    ROUTE("/count", count), ROUTE("/segv", write_nowhere), ROUTE("/abort", give_up),               \
        ROUTE("/exit", leave), ROUTE("/exit-at-once", leave_at_once), ROUTE("/loop", turn),        \
        ROUTE("/hang", hang), ROUTE("/recurse", recurse), ROUTE("/bomb", bomb),                    \
        ROUTE("/free-twice", free_twice), ROUTE("/overrun", overrun), ROUTE("/leak", leak),        \
        ROUTE("/long", wait_long), ROUTE("/huge", say_much), ROUTE("/hoard", hoard),               \
        ROUTE("/gather", gather), ROUTE("/flood", flood), ROUTE("/forget", forget),                \
    {                                                                                              \
        "POST", "/hold", "thing.update", hold, .sensitivity = WL_CLASS_1                           \
    }
#include "../plain.h"
