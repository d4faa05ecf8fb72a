#include "job/job.h"

#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "iam/permission.h"
#include "iam/session.h"
#include "job/host.h"

enum {
    KINDS_MAX = 16,
    BEAT_US = 1000 * 1000,
    BATCH_US = 30 * 1000 * 1000,
    RETRIES_MAX = 30, /* with a pause of a second: a restart of the database is waited for */
    BEAT_ARENA = 1 << 20
};

static struct {
    const struct job_kind *items[KINDS_MAX];
    int n;
} kinds;

void job_kinds_add(const struct job_kind *add, int n)
{
    for (int i = 0; i < n && kinds.n < KINDS_MAX; i++)
        kinds.items[kinds.n++] = &add[i];
}

const struct job_kind *job_kind_find(const char *name)
{
    for (int i = 0; i < kinds.n; i++)
        if (str_eq(kinds.items[i]->name, name))
            return kinds.items[i];
    return NULL;
}

/* --- the gate's side -------------------------------------------------------------------------- */

static struct lazy stmt_beat = {.sql = "select done from core.job_beat($1, $2::uuid, $3)"};
static struct lazy stmt_session = {.sql = "select core.job_session($1, $2::uuid, $3, $4::bytea)"};
static struct lazy stmt_step = {
    .sql = "select core.job_step($1::uuid, $2, $3, $4, $5, $6::jsonb, $7::jsonb, 0, 0)"};

static const char **job_params(const struct job *j, struct arena *a, int n)
{
    const char **p = arena_alloc(a, (size_t)n * sizeof *p);

    p[0] = arena_printf(a, "%d", j->county);
    p[1] = j->id;
    p[2] = arena_printf(a, "%d", j->attempt);
    return p;
}

/* A database that does not answer is no reason to stop: the step that follows will wait for it. */
static void beat(struct job *j)
{
    struct arena *a = arena_new(BEAT_ARENA);
    const struct db_rows *r = gate_ask(j->host->gate, a, &stmt_beat, 3, job_params(j, a, 3));

    j->host->beaten = clock_mono();
    if (r && rows_count(r) == 0)
        j->host->over = true;
    else if (r)
        j->done = rows_int(r, 0, 0);
    arena_free(a);
}

bool job_goes_on(struct job *j)
{
    struct job_host *h = j->host;

    if (atomic_load(h->stop))
        h->over = true;
    if (!h->over && clock_mono() - h->beaten > BEAT_US)
        beat(j);
    return !h->over && !j->error;
}

enum job_answer job_ask_until(struct job *j, enum enter_mode mode, job_step_fill fill, void *data)
{
    enum job_answer answer = JOB_RETRY;

    while (answer == JOB_RETRY) {
        struct call *c = job_call(j);
        struct db_batch *b = c ? batch_new(c->arena, c->deadline) : NULL;

        if (!c)
            return JOB_END;
        enter_add(c, b, mode);
        answer = fill(j, c, b, data) ? job_ask(j, c, b) : JOB_END;
        call_free(c);
    }
    return answer;
}

enum job_end job_end_of(struct job *j)
{
    if (j->host->over)
        return JOB_LEFT;
    if (!j->error)
        j->error = "job_gave_up";
    return JOB_FAILED;
}

bool job_session_open(struct job *j)
{
    struct job_host *h = j->host;
    struct arena *a = arena_new(BEAT_ARENA);
    const char **p = job_params(j, a, 4);
    const struct db_rows *r;

    token_secret(h->secret);
    p[3] = secret_hash(a, h->secret);
    r = gate_ask(h->gate, a, &stmt_session, 4, p);
    h->open = r && rows_bool(r, 0, 0);
    if (r && !h->open)
        j->error = "job_rights_lost";
    arena_free(a);
    return h->open;
}

/* --- calls of the person ---------------------------------------------------------------------- */

static void pause_a_second(void)
{
    const struct timespec second = {.tv_sec = 1};

    nanosleep(&second, NULL);
}

bool job_again(struct job *j)
{
    if (++j->host->retries <= RETRIES_MAX) {
        pause_a_second();
        return job_goes_on(j);
    }
    return false;
}

static bool hint_get(struct job *j, struct call *c)
{
    struct job_host *h = j->host;
    struct db_batch *b;
    int keys;

    if (hint_find(h->hints, c))
        return true;
    b = batch_new(c->arena, c->deadline);
    b->repeatable = true;
    hint_plan(c, b);
    /* The file of the job may be sealed under a key that is younger than this process's ring. */
    keys = hint_keys_plan(c, b);
    if (db_run(h->app, b) != DB_OK)
        return false;
    hint_keys_take(c, b->item[keys].rows);
    if (hint_take(h->hints, c, b))
        return true;
    h->open = false; /* ended meanwhile: opened again, if the post still stands */
    return false;
}

static struct call *call_of(struct job *j)
{
    struct call *c = call_new(BATCH_US);

    c->op = &j->host->op;
    c->method = c->op->method;
    c->path = c->op->path;
    c->county = j->county;
    c->secret = j->host->secret;
    c->address = j->address;
    c->lang = j->lang;
    c->hints = j->host->hints;
    return c;
}

static bool permitted(struct job *j, struct call *c)
{
    c->permission = permission_choose(c, j->permission);
    if (!c->permission)
        j->error = "job_rights_lost";
    return c->permission != NULL;
}

struct call *job_call(struct job *j)
{
    while (job_goes_on(j)) {
        struct call *c;

        if (!j->host->open && !job_session_open(j)) {
            if (j->error || !job_again(j))
                return NULL;
            continue;
        }
        c = call_of(j);
        if (hint_get(j, c) && permitted(j, c))
            return c;
        call_free(c);
        if (j->error || !job_again(j))
            return NULL;
    }
    return NULL;
}

/* Whether what enter() or the step's end said is about the job, not about its rows. */
static bool ended(struct job *j, const char *state)
{
    static const struct {
        const char *state, *error;
    } meaning[] = {{"WL403", "job_rights_lost"}, {"WL404", "plugin-not-enabled"}};

    for (size_t i = 0; i < sizeof meaning / sizeof *meaning; i++)
        if (strcmp(state, meaning[i].state) == 0)
            j->error = meaning[i].error;
    if (strcmp(state, "WL401") == 0)
        j->host->open = false;
    if (strcmp(state, "WL410") == 0)
        beat(j);
    return j->error || strcmp(state, "WL401") == 0 || strcmp(state, "WL410") == 0;
}

/* Refusals that pass by themselves: locks, deadlocks, a server that is short of something. */
static bool passes(const char *state)
{
    return db_state_transient(state) || strcmp(state, "55P03") == 0 || str_starts(state, "53") ||
           strcmp(state, "57014") == 0;
}

enum job_answer job_ask(struct job *j, struct call *c, struct db_batch *b)
{
    if (enter_run(c, j->host->app, b)) {
        j->host->retries = 0;
        return JOB_OK;
    }
    log_line(LOG_DEBUG, "job_step", "%s: status %d, sqlstate %s at statement %d, reply %d", j->id,
             (int)b->status, b->error.sqlstate, b->error.stmt, c->reply.status);
    if (b->status == DB_REFUSED && c->reply.status == 0 && !passes(b->error.sqlstate) &&
        !ended(j, b->error.sqlstate))
        return JOB_REFUSED;
    if (b->status == DB_REFUSED && c->reply.status)
        ended(j, b->error.sqlstate); /* enter() said it */
    return j->error || !job_again(j) ? JOB_END : JOB_RETRY;
}

void job_data(struct job *j, const void *data)
{
    j->host->op.data = data;
}

void job_step_params(struct job *j, struct call *c, int64_t to, const char *counts,
                     const char *faults, const char *p[JOB_STEP_PARAMS])
{
    p[0] = j->id;
    p[1] = arena_printf(c->arena, "%d", j->attempt);
    p[2] = arena_printf(c->arena, "%lld", (long long)j->done);
    p[3] = arena_printf(c->arena, "%lld", (long long)to);
    p[4] = j->total ? arena_printf(c->arena, "%lld", (long long)j->total) : NULL;
    p[5] = counts;
    p[6] = faults ? faults : "[]";
}

void job_step_add(struct job *j, struct call *c, struct db_batch *b, int64_t to, const char *counts,
                  const char *faults)
{
    const char *p[JOB_STEP_PARAMS];

    job_step_params(j, c, to, counts, faults, p);
    lazy_add(b, &stmt_step, JOB_STEP_PARAMS, p);
}
