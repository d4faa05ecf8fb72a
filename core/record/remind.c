#include "record/remind.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "call/gate.h"
#include "crypto/crypto.h"
#include "iam/session.h"
#include "record/record.h"
#include "record/rec_compile.h"
#include "record/remind_sql.h"
#include "record/service.h"
#include "record/tell.h"

enum {
    LOOK_US = 60 * 1000 * 1000,
    ARENA_MAX = 64 << 20,
    KEPT_MAX = 4000,  /* counties; China has fewer than 3,000 */
    KEPT_S = 50 * 60, /* of the hour that a session lasts */
    SLACK_S = 30      /* what was being written while it looked last */
};

#define LEDGER "core.limits"

static struct lazy stmt_done = {
    .sql = "select county, done from core.chores_done(null, array['" LEDGER "'])"};
static struct lazy stmt_begin = {.sql = "select core.chores_begin($1, array['" LEDGER "'], $2)"};
static struct lazy stmt_session = {.sql = "select core.chore_session($1, $2::bytea)"};
static struct lazy stmt_step = {.sql =
                                    "select core.chore_step('" LEDGER "', $1, $2, $3::uuid, null)"};

/* ---- at load --------------------------------------------------------------------------------- */

static struct {
    const struct db_stmt *stmt[REMINDERS_MAX];
    const struct rec *of[REMINDERS_MAX];
    int n;
} all;

static bool add(const struct rec *r, const struct db_stmt *stmt)
{
    if (!stmt || all.n == REMINDERS_MAX)
        return false;
    all.stmt[all.n] = stmt;
    all.of[all.n++] = r;
    return true;
}

static bool limit_build(struct arena *a, const struct rec *r, const struct rec_limit *l,
                        const char **why)
{
    const char *fault = "there are too many that remind";

    if ((l->d.before || l->d.remind) && r->d.flags & WL_HANDED_ON)
        return rec_fail(a, why, r, "limit", l->d.due, TELL_NOT_HANDED_ON);
    if (l->d.before && !add(r, remind_before(a, r, l)))
        return rec_fail(a, why, r, "limit", l->d.due, fault);
    if (l->d.remind && !add(r, remind_passed(a, r, l, &fault)))
        return rec_fail(a, why, r, "limit", l->d.due, fault);
    return true;
}

bool reminders_build(struct arena *a, const char **why)
{
    const struct rec *r;

    all.n = 0;
    for (int i = 0; (r = rec_at(i)); i++)
        for (int k = 0; k < r->nlimits; k++)
            if (!limit_build(a, r, &r->limits[k], why))
                return false;
    return true;
}

bool reminders_check(struct arena *a, struct db_conn *owner, const char **why)
{
    for (int i = 0; i < all.n; i++) {
        struct db_error error;
        struct db_shape shape;

        if (!db_describe(owner, a, db_stmt_sql(all.stmt[i]), &shape, &error)) {
            *why = arena_printf(a, "%s: reminders: %s", all.of[i]->name, error.message);
            return false;
        }
    }
    return true;
}

/* ---- sessions -------------------------------------------------------------------------------- */

/* A look a minute would open as many sessions; one serves for most of its hour. */
struct kept {
    int county;
    int64_t until;
    char secret[TOKEN_SECRET_TEXT];
};

static struct {
    struct kept *items;
    int n;
} sessions;

void reminders_end(void)
{
    if (sessions.items)
        crypto_wipe(sessions.items, (size_t)sessions.n * sizeof *sessions.items);
    mem_free(sessions.items);
    sessions.items = NULL;
    sessions.n = 0;
}

static struct kept *kept_of(int county)
{
    for (int i = 0; i < sessions.n; i++)
        if (sessions.items[i].county == county)
            return &sessions.items[i];
    if (sessions.n == KEPT_MAX)
        return NULL;
    sessions.items = mem_resize(sessions.items, (size_t)sessions.n + 1, sizeof *sessions.items);
    sessions.items[sessions.n] = (struct kept){.county = county};
    return &sessions.items[sessions.n++];
}

/* NULL: the county has nowhere to stand yet, or the database does not answer. */
static struct kept *session_of(const struct chore_host *h, struct arena *a, int county)
{
    struct kept *k = kept_of(county);
    const struct db_rows *r;

    if (!k || clock_mono() < k->until)
        return k;
    token_secret(k->secret);
    const char *p[] = {arena_printf(a, "%d", county), secret_hash(a, k->secret)};
    r = gate_ask(h->gate, a, &stmt_session, 2, p);
    if (!r || !rows_bool(r, 0, 0))
        return NULL;
    k->until = clock_mono() + (int64_t)KEPT_S * 1000000;
    return k;
}

static struct call *call_of(const struct chore_host *h, int county, struct kept *k)
{
    static const struct op op = {.method = "CHORE", .path = LEDGER};
    struct call *c = service_call(h, &op, county, k->secret, LOOK_US);

    if (!c)
        k->until = 0; /* ended meanwhile: a new one the next time */
    return c;
}

/* ---- one county ------------------------------------------------------------------------------ */

static const char *instant(struct arena *a, int64_t seconds)
{
    char *text = arena_alloc(a, TIME_TEXT);

    time_format(seconds * 1000000, text);
    return text;
}

static void looks_add(struct call *c, struct db_batch *b, int64_t last, int64_t now)
{
    const char **p = rec_params(c, 5);

    p[3] = instant(c->arena, last - SLACK_S);
    p[4] = instant(c->arena, now);
    for (int i = 0; i < all.n; i++)
        batch_add(b, all.stmt[i], 5, p);
}

/* Another process that looks at the same time waits at the ledger's row, and then finds it done. */
static bool look(const struct chore_host *h, struct call *c, int64_t last, int64_t now)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    const char *step[] = {arena_printf(c->arena, "%lld", (long long)last),
                          arena_printf(c->arena, "%lld", (long long)now), c->id};
    int rows = 0;

    b->repeatable = true;
    enter_add(c, b, ENTER_DURABLE);
    lazy_add(b, &stmt_step, 3, step);
    looks_add(c, b, last, now);
    if (!enter_run(c, h->app, b)) {
        if (str_eq(b->error.sqlstate, "WL410"))
            return true;
        log_line(LOG_ERROR, "reminders_failed", "county %d: status %d, sqlstate %s at statement %d",
                 c->county, (int)b->status, b->error.sqlstate, b->error.stmt);
        return false;
    }
    for (int i = b->n - all.n; i < b->n; i++)
        rows += rows_count(b->item[i].rows);
    if (rows > 0)
        log_line(LOG_DEBUG, "reminders", "county %d: %d rows", c->county, rows);
    return true;
}

static bool county_look(const struct chore_host *h, int county, bool seen, int64_t last)
{
    struct arena *a = arena_new(ARENA_MAX);
    int64_t now = clock_us() / 1000000;
    const char *p[] = {arena_printf(a, "%d", county), arena_printf(a, "%lld", (long long)now)};
    struct kept *k = NULL;
    struct call *c = NULL;
    bool ok = true;

    if (!seen) {
        ok = gate_ask(h->gate, a, &stmt_begin, 2, p) != NULL; /* and no catching up with the past */
        goto out;
    }
    if (now <= last || !(k = session_of(h, a, county)))
        goto out;
    c = call_of(h, county, k);
    ok = c && look(h, c, last, now);
out:
    if (c)
        call_free(c);
    arena_free(a);
    return ok;
}

bool reminders_run(const struct chore_host *h)
{
    struct arena *a = arena_new(ARENA_MAX);
    const struct db_rows *r = all.n ? gate_ask(h->gate, a, &stmt_done, 0, NULL) : NULL;
    bool ok = r || all.n == 0;

    for (int i = 0; r && i < rows_count(r) && !(h->stop && h->stop(h->arg)); i++)
        ok = county_look(h, (int)rows_int(r, i, 0), !rows_null(r, i, 1), rows_int(r, i, 1)) && ok;
    arena_free(a);
    return ok;
}
