#include "http/calls.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/time.h"
#include "json/jw.h"

struct calls rig;

void ok_render(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_kv_int(w, "n", rows_int(b->item[b->n - 1].rows, 0, 0));
    jw_kv_text(w, "permission", c->permission);
    jw_kv_bool(w, "masked", c->masked);
    jw_end(w, '}');
}

bool units_plan(struct call *c, struct db_batch *b)
{
    static const struct db_stmt *s;

    (void)c;
    rig.plans++;
    s = s ? s : db_stmt_new("select count(*) from admin.org_unit");
    batch_add(b, s, 0, NULL);
    return true;
}

static void watch_enter(void *self, int thread, const struct call *c)
{
    (void)self;
    rig.watching++;
    assert_int_equal(thread, 0);
    str_format(rig.watched, sizeof rig.watched, "%s %s %s", c->op->plugin, c->op->path, c->id);
}

static void watch_leave(void *self, int thread)
{
    (void)self;
    (void)thread;
    rig.watching--;
}

static const struct plugin_watch watch = {watch_enter, watch_leave, NULL};

void calls_open(const char *gate)
{
    const struct db_loop_options lo = {.dsn = rig.k.app, .quick = 1, .write = 2, .quick_depth = 16,
                                       .queue_max = 100, .retry_ms = 1000};
    struct dispatch_options o = {.app_dsn = rig.k.app, .gate_dsn = gate, .threads = 1, .queue = 4,
                                 .secret_threads = 1, .hints = 100, .watch = &watch};

    o.db = rig.loop = db_loop_new(&lo);
    rig.d = dispatcher_new(&o);
    assert_non_null(rig.d);
    rig.backend = dispatcher_backend(rig.d);
}

void calls_close(void)
{
    db_loop_free(rig.loop);
    dispatcher_free(rig.d);
}

int calls_group_start(void **state)
{
    (void)state;
    county_open(&rig.k);
    return 0;
}

int calls_group_stop(void **state)
{
    (void)state;
    county_close(&rig.k);
    return 0;
}

int calls_start(void **state)
{
    (void)state;
    calls_open(rig.k.gate);
    rig.plans = 0;
    return 0;
}

int calls_stop(void **state)
{
    (void)state;
    calls_close();
    return 0;
}

void calls_count(struct call *c, void *arg)
{
    (void)c;
    ++*(int *)arg;
}

void calls_turn(int ms)
{
    struct pollfd p[] = {{.fd = db_loop_fd(rig.loop), .events = POLLIN},
                         {.fd = dispatcher_fd(rig.d), .events = POLLIN}};

    poll(p, 2, db_loop_next(rig.loop) <= clock_mono() ? 0 : ms);
    db_loop_step(rig.loop);
    if (p[1].revents)
        dispatcher_step(rig.d);
}

void calls_until(const int *count, int n)
{
    int64_t end = clock_mono() + 15 * 1000 * 1000;

    while (*count < n && clock_mono() < end)
        calls_turn(20);
    assert_int_equal(*count, n);
}

/* The call through to its end. */
struct call *ask(struct call *c)
{
    int done = 0;

    rig.backend.start(rig.backend.self, c, calls_count, &done);
    assert_int_equal(done, 0); /* never before start returns */
    calls_until(&done, 1);
    assert_int_equal(dispatcher_pending(rig.d), 0);
    return c;
}

struct call *get(const struct op *op, const char *secret)
{
    return ask(county_call(op, secret ? COUNTY : 0, secret));
}

void answers(struct call *c, int status, const char *text)
{
    const char *body = c->reply.body.p ? c->reply.body.p : "";

    if (c->reply.status != status || !strstr(body, text))
        fail_msg("%s: %d %s", c->op->path, c->reply.status, body);
    call_free(c);
}

int64_t traces(const char *result)
{
    return county_number(&rig.k, arena_printf(rig.k.arena, "select count(*) from core.audit"
                                                   " where result = '%s'", result));
}
