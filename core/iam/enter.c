#include "iam/hint.h"

#include <pthread.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "iam/refusal.h"
#include "iam/step_up.h"

enum { PARAM_DURABLE = 6, ENTER_PARAMS = 8, PARAMS_MAX = 10 };
/* The role's own statement_timeout is 5 s. Setting another costs the server a tenth of a short
 * read, so it is done only when markedly less is left. */
enum { TIMEOUT_ENOUGH_US = 4500 * 1000, TIMEOUT_LEAST_MS = 1 };

/* Asked beside entering: for a fresh proof of who it is; whether the audit is sealed in time. */
static const char *const texts[2][2] = {
    {"select core.enter($1, $2, $3, $4, $5, $6, $7, $8)",
     "select core.enter($1, $2, $3, $4, $5, $6, $7, $8), core.audit_timely($1, $9)"},
    {"select core.enter_fresh($1, $2, $3, $4, $5, $6, $7, $8, $9)",
     "select core.enter_fresh($1, $2, $3, $4, $5, $6, $7, $8, $9), core.audit_timely($1, $10)"}};
static const struct db_stmt *stmts[2][2];
static int audit_within; /* seconds; 0: however late */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void stmts_make(void)
{
    for (int i = 0; i < 4; i++)
        stmts[i / 2][i % 2] = db_stmt_new(texts[i / 2][i % 2]);
}

static const char *timeout_of(struct call *c)
{
    int64_t left = c->deadline - clock_mono();

    if (left >= TIMEOUT_ENOUGH_US)
        return NULL;
    left /= 1000;
    return arena_printf(c->arena, "%d", left > TIMEOUT_LEAST_MS ? (int)left : TIMEOUT_LEAST_MS);
}

static const char **enter_params(struct call *c, const char *durable)
{
    const char **p = arena_alloc(c->arena, PARAMS_MAX * sizeof *p);
    const struct actor *a = c->actor;

    p[0] = arena_int(c->arena, c->county);
    p[1] = c->secret;
    p[2] = arena_int(c->arena, a->session_version);
    p[3] = arena_int(c->arena, a->county_version);
    p[4] = c->permission;
    p[5] = c->op->flags & OP_NO_TOWNSHIP_CHECK ? NULL : c->op->plugin;
    p[PARAM_DURABLE] = durable;
    p[7] = timeout_of(c);
    return p;
}

/* With what the actor is now; what is asked beside stays. */
static const char **params_renewed(struct call *c, const char *const *old, int n)
{
    const char **p = enter_params(c, old[PARAM_DURABLE]);

    for (int i = ENTER_PARAMS; i < n; i++)
        p[i] = old[i];
    return p;
}

void enter_audit_within(int seconds)
{
    audit_within = seconds;
}

enum enter_mode enter_mode_of(const struct op *op)
{
    if (op->flags & OP_CHANGES || (op->flags & OP_DURABLE && str_eq(op->permission, "audit.read")))
        return ENTER_DURABLE;
    return op->flags & OP_DURABLE ? ENTER_SECRET : ENTER_LOOK;
}

void enter_add(struct call *c, struct db_batch *b, enum enter_mode mode)
{
    bool fresh = step_up_needed(c);
    bool timely = mode == ENTER_SECRET && audit_within > 0;
    const char **p = enter_params(c, mode == ENTER_LOOK ? "f" : "t");
    int n = ENTER_PARAMS;

    pthread_once(&once, stmts_make);
    if (fresh)
        p[n++] = arena_int(c->arena, step_up_minutes());
    if (timely)
        p[n++] = arena_int(c->arena, audit_within);
    batch_add(b, stmts[fresh][timely], n, p);
}

void also_add(struct call *c, struct db_batch *b, const char *permissions)
{
    static struct lazy also = {.sql = "select core.also_held($1, $2)"};
    const char *p[] = {c->secret, permissions};

    lazy_add(b, &also, 2, p);
}

/* --- refusals --------------------------------------------------------------------------------- */

struct meaning {
    const char *sqlstate;
    int status;
    const char *code;
};

static const struct meaning meanings[] = {
    {"WL401", 401, "no_session"},
    {"WL403", 403, "not_permitted"},
    {"WL404", 404, "plugin-not-enabled"},
    {"WL405", 403, "step-up-required"},
};

bool enter_refusal(struct call *c, const struct db_batch *b, bool *stale)
{
    const char *state = b->error.sqlstate;

    *stale = b->status == DB_REFUSED && strcmp(state, "WL409") == 0;
    if (b->status != DB_REFUSED || *stale)
        return false;
    if (strcmp(state, "WL503") == 0) {
        refusal_busy(c, "audit-unsealed");
        return true;
    }
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(state, meanings[i].sqlstate) == 0) {
            problem(c, meanings[i].status, meanings[i].code);
            c->denial = meanings[i].code;
            if (meanings[i].status == 401 && c->hints)
                hint_drop(c->hints, c->county, c->secret);
            return true;
        }
    return false;
}

/* --- worker threads --------------------------------------------------------------------------- */

static bool hint_fetch(struct call *c, struct db_conn *conn)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);

    hint_drop(c->hints, c->county, c->secret);
    c->renewed = true;
    hint_plan(c, b);
    b->repeatable = true;
    if (db_run(conn, b) != DB_OK) {
        refusal_reply(c, b);
        return false;
    }
    if (!hint_take(c->hints, c, b)) {
        c->denial = "no_session";
        problem(c, 401, c->denial);
        return false;
    }
    return true;
}

bool enter_run(struct call *c, struct db_conn *conn, struct db_batch *b)
{
    bool stale = false;

    c->entered = true;
    if (db_run(conn, b) == DB_OK)
        return true;
    if (enter_refusal(c, b, &stale))
        return false;
    if (stale) {
        if (!hint_fetch(c, conn))
            return false;
        b->item[0].params = params_renewed(c, b->item[0].params, b->item[0].nparams);
        if (db_run(conn, b) == DB_OK)
            return true;
        if (enter_refusal(c, b, &stale))
            return false;
    }
    if (stale || b->status != DB_REFUSED)
        refusal_reply(c, b);
    return false;
}
