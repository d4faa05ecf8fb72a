#include "record/chore_run.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "call/gate.h"
#include "crypto/crypto.h"
#include "iam/session.h"
#include "record/bulk.h"
#include "record/record.h"
#include "record/service.h"
#include "tenant/quarantine.h"

enum { MOMENT_US = 30 * 1000 * 1000, RUN_ARENA = 64 << 20 };

static struct lazy stmt_done = {
    .sql = "select county, chore, done, ran, n from core.chores_done($1, $2::text[])"};
static struct lazy stmt_begin = {.sql = "select core.chores_begin($1, $2::text[], $3)"};
static struct lazy stmt_session = {.sql = "select core.chore_session($1, $2::bytea)"};
static struct lazy stmt_leave = {.sql = "select core.chore_leave($1, $2::bytea)"};
/* A county's whole evening is one statement: it has as long as the moment (MOMENT_US), not as
 * a request. */
static struct lazy stmt_patience = {.sql = "set local statement_timeout = 30000"};
static struct lazy stmt_step = {.sql = "select core.chore_step($1, $2, $3, $4::uuid, $5)"};

/* ---- the ledger ------------------------------------------------------------------------------ */

static const char *number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static const char *names_of(struct arena *a, const char *only)
{
    const char *names[CHORES_MAX];
    const struct rec_chore *c;
    int n = 0;

    for (int i = 0; (c = chore_at(i)); i++)
        if ((!only || str_eq(only, c->name)) && !plugin_quarantined(c->plugin))
            names[n++] = c->name;
    return bulk_array(a, names, n);
}

static const struct rec_chore *chore_named(const char *name)
{
    const struct rec_chore *c;

    for (int i = 0; (c = chore_at(i)); i++)
        if (str_eq(c->name, name))
            return c;
    return NULL;
}

static const struct db_rows *ledger(const struct chore_host *h, struct arena *a, int county,
                                    const char *names)
{
    const char *p[] = {county ? number(a, county) : NULL, names};

    return gate_ask(h->gate, a, &stmt_done, 2, p);
}

int chores_list(struct arena *a, const struct chore_host *h, int county, int64_t now,
                struct chore_state **out)
{
    const struct db_rows *r = ledger(h, a, county, names_of(a, NULL));
    int n = r ? rows_count(r) : -1;

    *out = arena_alloc(a, (size_t)(n > 0 ? n : 1) * sizeof **out);
    for (int i = 0; i < n; i++) {
        struct chore_state *s = &(*out)[i];

        *s = (struct chore_state){.county = (int)rows_int(r, i, 0),
                                  .chore = chore_named(rows_text(r, i, 1)),
                                  .seen = !rows_null(r, i, 2),
                                  .done = rows_int(r, i, 2),
                                  .ran = rows_int(r, i, 3),
                                  .rows = (int)rows_int(r, i, 4)};
        s->next = chore_time_next(&s->chore->time, s->seen ? s->done : now);
    }
    return n;
}

/* ---- one county ------------------------------------------------------------------------------ */

struct turn {
    const struct rec_chore *c;
    int64_t done, due;
    bool over; /* failed: not again in this run */
};

struct county_run {
    const struct chore_host *h;
    struct arena *a;
    int county;
    int64_t until;
    struct turn *turn;
    int n;
    char secret[TOKEN_SECRET_TEXT];
    bool open; /* the service session */
    bool ok;
};

static bool session_open(struct county_run *r)
{
    const char *p[] = {number(r->a, r->county), NULL};
    const struct db_rows *rows;

    if (r->open)
        return true;
    token_secret(r->secret);
    p[1] = secret_hash(r->a, r->secret);
    rows = gate_ask(r->h->gate, r->a, &stmt_session, 2, p);
    r->open = rows && rows_bool(rows, 0, 0);
    return r->open;
}

static void session_end(struct county_run *r)
{
    const char *p[] = {number(r->a, r->county), r->open ? secret_hash(r->a, r->secret) : NULL};

    if (r->open)
        gate_ask(r->h->gate, r->a, &stmt_leave, 2, p);
    crypto_wipe(r->secret, sizeof r->secret);
}

/* ---- one moment ------------------------------------------------------------------------------ */

enum outcome { MOMENT_DONE, MOMENT_ELSEWHERE, MOMENT_FAILED };

static enum outcome refused(const struct turn *t, const struct db_batch *b)
{
    if (str_eq(b->error.sqlstate, "WL410"))
        return MOMENT_ELSEWHERE;
    log_line(LOG_ERROR, "chore_failed", "%s: status %d, sqlstate %s at statement %d, constraint %s",
             t->c->name, (int)b->status, b->error.sqlstate, b->error.stmt,
             b->error.constraint ? b->error.constraint : "");
    return MOMENT_FAILED;
}

static const char *moment_text(struct arena *a, int64_t at)
{
    char *text = arena_alloc(a, TIME_TEXT);

    time_format(at * 1000000, text);
    return text;
}

/* "{id,…}" of what is to be made, and how many; NULL when that cannot be asked. */
static const char *ids_find(const struct county_run *r, const struct turn *t, struct call *c,
                            int *n)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    const char **p = rec_params(c, 4);
    const struct db_rows *rows;
    const char **ids;

    p[3] = moment_text(c->arena, t->due);
    b->repeatable = true;
    enter_add(c, b, ENTER_LOOK);
    batch_add(b, t->c->find, 4, p);
    if (!enter_run(c, r->h->app, b)) {
        refused(t, b);
        return NULL;
    }
    rows = b->item[1].rows;
    *n = rows_count(rows);
    if (*n > CHORE_ROWS_MAX) {
        log_line(LOG_ERROR, "chore_failed", "%s: more than %d rows", t->c->name, CHORE_ROWS_MAX);
        return NULL;
    }
    ids = arena_alloc(c->arena, (size_t)(*n + 1) * sizeof *ids);
    for (int i = 0; i < *n; i++)
        ids[i] = rows_text(rows, i, 0);
    return bulk_array(c->arena, ids, *n);
}

static void step_add(const struct turn *t, struct call *c, struct db_batch *b, int n)
{
    const char *p[] = {t->c->name, number(c->arena, t->done), number(c->arena, t->due), c->id,
                       t->c->find ? number(c->arena, n) : NULL};

    lazy_add(b, &stmt_step, 5, p);
}

static void writes_add(const struct turn *t, struct call *c, struct db_batch *b, const char *ids,
                       int n)
{
    const struct db_stmt *counter = t->c->make.to->bulk->counter;
    const char **p = rec_params(c, 6);

    p[3] = moment_text(c->arena, t->due);
    p[4] = c->id;
    p[5] = ids;
    lazy_add(b, &stmt_patience, 0, NULL);
    if (ids && counter) {
        const char **k = rec_params(c, 2);

        k[1] = number(c->arena, n);
        batch_add(b, counter, 2, k);
    }
    batch_add(b, t->c->write, ids ? 6 : 5, p);
    if (!ids)
        return;
    p = rec_params(c, 5);
    p[3] = ids;
    p[4] = c->id;
    batch_add(b, t->c->seal, 5, p);
}

static enum outcome moment_ask(const struct county_run *r, const struct turn *t, struct call *c,
                               int *rows)
{
    const char *ids = NULL;
    struct db_batch *b;
    int n = 0;

    if (t->c->find && !(ids = ids_find(r, t, c, &n)))
        return MOMENT_FAILED;
    b = batch_new(c->arena, c->deadline);
    b->repeatable = true;
    enter_add(c, b, ENTER_DURABLE);
    step_add(t, c, b, n);
    if (n > 0 || !t->c->find)
        writes_add(t, c, b, ids, n);
    if (!enter_run(c, r->h->app, b))
        return refused(t, b);
    *rows = b->n > 2 ? rows_count(b->item[b->n - 1].rows) : 0;
    return MOMENT_DONE;
}

/* Another did it, or the answer was lost: how far it is says the ledger. False when it is no
 * further: then something else is wrong. */
static bool reload(struct county_run *r, struct turn *t)
{
    const struct db_rows *rows = ledger(r->h, r->a, r->county, names_of(r->a, t->c->name));
    int64_t before = t->done;

    if (!rows || rows_count(rows) != 1 || rows_null(rows, 0, 2))
        return false;
    t->done = rows_int(rows, 0, 2);
    return t->done != before;
}

static void moment_run(struct county_run *r, struct turn *t)
{
    static const struct op op = {.method = "CHORE", .path = "chore"};
    struct call *c =
        session_open(r) ? service_call(r->h, &op, r->county, r->secret, MOMENT_US) : NULL;
    int rows = 0;

    if (!c)
        log_line(LOG_ERROR, "chore_failed", "%s: county %d has no session for it", t->c->name,
                 r->county);
    enum outcome outcome = c ? moment_ask(r, t, c, &rows) : MOMENT_FAILED;

    if (c)
        call_free(c);
    if (outcome == MOMENT_DONE) {
        if (r->h->done)
            r->h->done(r->h->arg, r->county, t->c, t->due, rows);
        t->done = t->due;
    }
    t->over = outcome == MOMENT_FAILED || (outcome == MOMENT_ELSEWHERE && !reload(r, t));
    r->ok = r->ok && !t->over;
    t->due = chore_time_due(&t->c->time, t->done, r->until);
}

/* The earliest of what is due; of several at one moment the first declared. NULL: nothing. */
static struct turn *turn_next(struct county_run *r)
{
    struct turn *best = NULL;

    for (int i = 0; i < r->n; i++)
        if (!r->turn[i].over && r->turn[i].due <= r->until && (!best || r->turn[i].due < best->due))
            best = &r->turn[i];
    return best;
}

static void county_do(struct county_run *r, int most)
{
    struct turn *t;

    for (int i = 0; i < most && (t = turn_next(r)); i++) {
        if (r->h->stop && r->h->stop(r->h->arg))
            break;
        moment_run(r, t);
    }
    session_end(r);
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Rows [from, to) of the ledger are one county's. Where one is not seen yet, all that are not begin
 * now. */
static bool turns_fill(struct county_run *r, const struct db_rows *rows, int from, int to,
                       const char *names)
{
    int64_t now = clock_us() / 1000000;
    bool unseen = false;

    r->turn = arena_alloc(r->a, (size_t)(to - from) * sizeof *r->turn);
    for (int i = from; i < to; i++) {
        struct turn *t = &r->turn[r->n++];

        unseen = unseen || rows_null(rows, i, 2);
        *t = (struct turn){.c = chore_named(rows_text(rows, i, 1)),
                           .done = rows_null(rows, i, 2) ? now : rows_int(rows, i, 2)};
        t->due = chore_time_due(&t->c->time, t->done, r->until);
    }
    const char *p[] = {number(r->a, r->county), names, number(r->a, now)};
    return !unseen || gate_ask(r->h->gate, r->a, &stmt_begin, 3, p);
}

static bool county_run(const struct chore_host *h, const struct db_rows *rows, int from, int to,
                       const char *names, int64_t until, int most)
{
    struct county_run r = {.h = h,
                           .a = arena_new(RUN_ARENA),
                           .county = (int)rows_int(rows, from, 0),
                           .until = until,
                           .ok = true};

    r.ok = turns_fill(&r, rows, from, to, names);
    if (r.ok)
        county_do(&r, most);
    arena_free(r.a);
    return r.ok;
}

bool chores_run(const struct chore_host *h, int county, const char *only, int64_t until, int most)
{
    struct arena *a = arena_new(RUN_ARENA);
    const char *names = names_of(a, only);
    const struct db_rows *rows = ledger(h, a, county, names);
    bool ok = rows != NULL;
    int n = rows ? rows_count(rows) : 0;

    for (int from = 0, to; from < n; from = to) {
        for (to = from; to < n && rows_int(rows, to, 0) == rows_int(rows, from, 0);)
            to++;
        ok = county_run(h, rows, from, to, names, until, most) && ok;
    }
    arena_free(a);
    return ok;
}
