#include "notice/sender.h"

#include <pthread.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/nap.h"
#include "base/time.h"
#include "call/gate.h"
#include "notice/deliver.h"

enum {
    THREADS_MAX = 8,
    LOOK_US = 1000 * 1000, /* between looks for work */
    LOOK_ARENA = 4 << 20,
    TURN = 20 /* of one county before the next has its turn */
};

struct sender {
    struct sender_options options;
    pthread_t thread[THREADS_MAX];
    int threads;
    struct nap nap;
};

static struct lazy stmt_due = {.sql = "select county from core.outbox_due()"};

static bool county_serve(struct sender *s, struct db_conn *gate, const char *county)
{
    const struct delivery_options o = {.retry_ms = s->options.retry_ms, .stop = &s->nap.stop};
    int n = 0;

    while (n < TURN && !nap_over(&s->nap) && deliver_one(gate, county, &o))
        n++;
    return n > 0;
}

/* Whether anything was sent. */
static bool round_make(struct sender *s, struct db_conn *gate)
{
    struct arena *a = arena_new(LOOK_ARENA);
    const struct db_rows *due = gate_ask(gate, a, &stmt_due, 0, NULL);
    bool some = false;

    for (int i = 0; due && i < rows_count(due) && !nap_over(&s->nap); i++)
        some = county_serve(s, gate, rows_text(due, i, 0)) || some;
    arena_free(a);
    return some;
}

static void *sender_main(void *arg)
{
    struct sender *s = arg;
    struct db_conn *gate = NULL;

    while (!nap_over(&s->nap)) {
        if (!db_reach(&gate, s->options.gate_dsn) || !round_make(s, gate))
            nap_until(&s->nap, clock_mono() + LOOK_US);
    }
    db_close(gate);
    return NULL;
}

struct sender *sender_new(const struct sender_options *o)
{
    struct sender *s = mem_alloc(sizeof *s);
    int wanted = o->threads < THREADS_MAX ? o->threads : THREADS_MAX;

    s->options = *o;
    nap_init(&s->nap);
    while (s->threads < wanted && pthread_create(&s->thread[s->threads], NULL, sender_main, s) == 0)
        s->threads++;
    if (s->threads == wanted)
        return s;
    sender_free(s);
    return NULL;
}

void sender_free(struct sender *s)
{
    if (!s)
        return;
    nap_end(&s->nap);
    for (int i = 0; i < s->threads; i++)
        pthread_join(s->thread[i], NULL);
    nap_free(&s->nap);
    mem_free(s);
}
