#include "notice/sender.h"

#include <pthread.h>
#include <time.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "call/gate.h"
#include "notice/deliver.h"

enum {
    THREADS_MAX = 8,
    CONNECT_MS = 3000,
    LOOK_ARENA = 4 << 20,
    TURN = 20 /* of one county before the next has its turn */
};

struct sender {
    struct sender_options options;
    pthread_t thread[THREADS_MAX];
    int threads;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_bool stop;
};

static struct lazy stmt_due = {.sql = "select county from core.outbox_due()"};

static struct db_conn *reached(const struct sender *s)
{
    char *why = NULL;
    struct db_conn *gate = db_open(s->options.gate_dsn, CONNECT_MS, &why);

    if (!gate)
        log_line(LOG_WARN, "db_unreachable", "%s", why ? why : "");
    db_why_free(why);
    return gate;
}

static bool county_serve(struct sender *s, struct db_conn *gate, const char *county)
{
    const struct delivery_options o = {.retry_ms = s->options.retry_ms, .stop = &s->stop};
    int n = 0;

    while (n < TURN && !atomic_load(&s->stop) && deliver_one(gate, county, &o))
        n++;
    return n > 0;
}

/* Whether anything was sent. */
static bool round_make(struct sender *s, struct db_conn *gate)
{
    struct arena *a = arena_new(LOOK_ARENA);
    const struct db_rows *due = gate_ask(gate, a, &stmt_due, 0, NULL);
    bool some = false;

    for (int i = 0; due && i < rows_count(due) && !atomic_load(&s->stop); i++)
        some = county_serve(s, gate, rows_text(due, i, 0)) || some;
    arena_free(a);
    return some;
}

static void nap(struct sender *s)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&s->lock);
    if (!atomic_load(&s->stop))
        pthread_cond_timedwait(&s->wake, &s->lock, &until);
    pthread_mutex_unlock(&s->lock);
}

static void *sender_main(void *arg)
{
    struct sender *s = arg;
    struct db_conn *gate = NULL;

    while (!atomic_load(&s->stop)) {
        if (!gate)
            gate = reached(s);
        if (!gate || !round_make(s, gate))
            nap(s);
    }
    db_close(gate);
    return NULL;
}

struct sender *sender_new(const struct sender_options *o)
{
    struct sender *s = mem_alloc(sizeof *s);
    int wanted = o->threads < THREADS_MAX ? o->threads : THREADS_MAX;

    s->options = *o;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
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
    pthread_mutex_lock(&s->lock);
    atomic_store(&s->stop, true);
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->threads; i++)
        pthread_join(s->thread[i], NULL);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    mem_free(s);
}
