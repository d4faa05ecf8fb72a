#include "job/runner.h"

#include <pthread.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/nap.h"
#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "job/host.h"

enum {
    THREADS_MAX = 16,
    LOOK_US = 1000 * 1000, /* between looks for work */
    LOOK_ARENA = 16 << 20,
    RUN_ARENA = 64 << 20,
    HINTS = 64
};

struct job_runner {
    struct job_runner_options options;
    pthread_t thread[THREADS_MAX];
    int threads;
    struct hint_cache *hints;
    struct nap nap;
};

/* One thread's connections; each is made when first needed and remade by db_run. */
struct lane {
    struct job_runner *runner;
    struct db_conn *app, *gate;
};

static struct lazy stmt_due = {.sql = "select county from core.jobs_due($1)"};
static struct lazy stmt_claim = {
    .sql = "select id, attempt, kind, object, permission, plugin, account, address, lang, file,"
           " params, done, total, counts, approved from core.job_claim($1, $2)"};
static struct lazy stmt_leave = {.sql = "select core.job_leave($1, $2::uuid, $3)"};
static struct lazy stmt_finish = {.sql =
                                      "select core.job_finish($1, $2::uuid, $3, $4, $5, $6::uuid)"};

/* --- one job ---------------------------------------------------------------------------------- */

static const char *text_or_null(struct arena *a, const struct db_rows *r, int col)
{
    return rows_null(r, 0, col) ? NULL : arena_strdup(a, rows_text(r, 0, col));
}

static const struct jv *json_of(struct arena *a, const struct db_rows *r, int col)
{
    struct jv_fault fault;

    return jv_parse(a, rows_text(r, 0, col), rows_length(r, 0, col), &fault);
}

static void job_fill(struct job *j, struct arena *a, int county, const struct db_rows *r)
{
    *j = (struct job){
        .arena = a,
        .county = county,
        .id = text_or_null(a, r, 0),
        .attempt = (int)rows_int(r, 0, 1),
        .kind = text_or_null(a, r, 2),
        .object = text_or_null(a, r, 3),
        .permission = text_or_null(a, r, 4),
        .plugin = text_or_null(a, r, 5),
        .account = text_or_null(a, r, 6),
        .address = text_or_null(a, r, 7),
        .lang = str_eq(rows_text(r, 0, 8), "en") ? LANG_EN : LANG_ZH,
        .file = text_or_null(a, r, 9),
        .params = json_of(a, r, 10),
        .done = rows_int(r, 0, 11),
        .total = rows_int(r, 0, 12),
        .counts = json_of(a, r, 13),
        .approved = rows_bool(r, 0, 14),
    };
}

static enum job_end job_run(struct job *j)
{
    const struct job_kind *kind = job_kind_find(j->kind);

    if (!kind) {
        j->error = "job_kind_unknown";
        return JOB_FAILED;
    }
    if (!job_session_open(j))
        return j->error ? JOB_FAILED : JOB_LEFT;
    return kind->run(j);
}

static void job_finish(struct job *j, enum job_end end)
{
    struct arena *a = j->arena;
    const char *p[] = {arena_printf(a, "%d", j->county),  j->id,
                       arena_printf(a, "%d", j->attempt), end == JOB_DONE ? "done" : "failed",
                       end == JOB_DONE ? NULL : j->error, j->result};

    if (end == JOB_LEFT)
        gate_ask(j->host->gate, a, &stmt_leave, 3, p);
    else
        gate_ask(j->host->gate, a, &stmt_finish, 6, p);
    log_line(LOG_INFO, "job", "%s %s in county %d: %s", j->kind, j->id, j->county,
             end == JOB_DONE   ? "done"
             : end == JOB_LEFT ? "left"
                               : j->error);
}

static void job_do(struct lane *l, struct arena *a, int county, const struct db_rows *claimed)
{
    struct job j;
    struct job_host h = {.app = l->app,
                         .gate = l->gate,
                         .hints = l->runner->hints,
                         .stop = &l->runner->nap.stop,
                         .beaten = clock_mono()};

    job_fill(&j, a, county, claimed);
    h.op = (struct op){.method = "JOB", .path = j.kind, .plugin = j.plugin};
    j.host = &h;
    job_finish(&j, job_run(&j));
    crypto_wipe(h.secret, sizeof h.secret);
}

/* --- looking for one -------------------------------------------------------------------------- */

/* Takes and does one job of the county; false when there was none. */
static bool county_serve(struct lane *l, const char *county)
{
    struct arena *a = arena_new(RUN_ARENA);
    const char *p[] = {county, arena_printf(a, "%d", l->runner->options.silent_s)};
    const struct db_rows *r = gate_ask(l->gate, a, &stmt_claim, 2, p);
    bool some = r && rows_count(r) == 1;
    int64_t n = 0;

    if (some && str_int64(county, &n))
        job_do(l, a, (int)n, r);
    arena_free(a);
    return some;
}

static bool lane_serve(struct lane *l)
{
    struct job_runner *r = l->runner;
    struct arena *a;
    const struct db_rows *due;
    const char *silent;
    bool some = false;

    if (!db_reach(&l->gate, r->options.gate_dsn) || !db_reach(&l->app, r->options.app_dsn))
        return false;
    a = arena_new(LOOK_ARENA);
    silent = arena_printf(a, "%d", r->options.silent_s);
    due = gate_ask(l->gate, a, &stmt_due, 1, &silent);
    for (int i = 0; due && i < rows_count(due) && !nap_over(&r->nap); i++)
        some = county_serve(l, rows_text(due, i, 0)) || some;
    arena_free(a);
    return some;
}

static void *lane_main(void *arg)
{
    struct lane l = {.runner = arg};

    while (!nap_over(&l.runner->nap))
        if (!lane_serve(&l))
            nap_until(&l.runner->nap, clock_mono() + LOOK_US);
    db_close(l.app);
    db_close(l.gate);
    return NULL;
}

/* --- life ------------------------------------------------------------------------------------- */

struct job_runner *job_runner_new(const struct job_runner_options *o)
{
    struct job_runner *r = mem_alloc(sizeof *r);
    int wanted = o->threads < THREADS_MAX ? o->threads : THREADS_MAX;

    r->options = *o;
    r->hints = hint_cache_new(HINTS);
    nap_init(&r->nap);
    while (r->threads < wanted && pthread_create(&r->thread[r->threads], NULL, lane_main, r) == 0)
        r->threads++;
    if (r->threads == wanted)
        return r;
    job_runner_free(r);
    return NULL;
}

void job_runner_free(struct job_runner *r)
{
    if (!r)
        return;
    nap_end(&r->nap);
    for (int i = 0; i < r->threads; i++)
        pthread_join(r->thread[i], NULL);
    nap_free(&r->nap);
    hint_cache_free(r->hints);
    mem_free(r);
}
