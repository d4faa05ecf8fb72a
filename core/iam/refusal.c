#include "iam/refusal.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"

enum { RETRY_SPREAD = 5 };

struct meaning {
    const char *sqlstates; /* space-separated, whole or a class of two characters */
    int status;
    const char *code;
};

static const struct meaning meanings[] = {
    {"42501", 404, "not_found"},
    {"23505", 409, "duplicate"},
    {"23502 23503 23514 23P01 22001 22003 22007 22008 22009 22P02", 422, "invalid_input"},
    {"57014 55P03", 503, "too_slow"},
    {"40001 40P01 WL409", 503, "unavailable"},
    {"53100", 503, "disk_full"},
    {"08 53 57", 503, "unavailable"},
};

void refusal_busy(struct call *c, const char *code)
{
    unsigned spread = 0;

    for (const char *p = c->id; *p; p++)
        spread = spread * 31 + (unsigned char)*p;
    c->reply.retry_after = 1 + (int)(spread % RETRY_SPREAD);
    problem(c, 503, code);
}

static const struct meaning *meaning_find(const char *state)
{
    const char class[] = {state[0], state[0] ? state[1] : '\0', '\0'};

    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (str_has_word(meanings[i].sqlstates, state) ||
            str_has_word(meanings[i].sqlstates, class))
            return &meanings[i];
    return NULL;
}

/* A month without a partition: nothing that the client can correct. */
static bool ledger_failed(const struct call *c, const struct db_error *e)
{
    bool failed = str_eq(e->table, "audit");

    if (failed)
        log_line(LOG_ERROR, "audit_failed", "sqlstate %s request %s", e->sqlstate, c->id);
    return failed;
}

void refusal_reply(struct call *c, const struct db_batch *b)
{
    const struct meaning *m = b->status == DB_REFUSED ? meaning_find(b->error.sqlstate) : NULL;

    if (b->status != DB_REFUSED || ledger_failed(c, &b->error)) {
        refusal_busy(c, "unavailable");
    } else if (m && m->status == 503) {
        refusal_busy(c, m->code);
    } else if (m) {
        problem(c, m->status, m->code);
    } else {
        /* the server's message may echo values: the state and the request say where to look */
        log_line(LOG_ERROR, "db_refused", "sqlstate %s statement %d request %s", b->error.sqlstate,
                 b->error.stmt, c->id);
        problem(c, 500, "internal");
    }
}
