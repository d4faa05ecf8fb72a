#include "db/link.h"

#include <poll.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { OPTIONS_TEXT = 1024, STATEMENTS_STEP = 256, IDLE_READS = 4 };

/* What every statement and the reply writer rely on. */
static const char session_options[] =
    "-c timezone=UTC -c datestyle=ISO -c bytea_output=hex -c standard_conforming_strings=on";

static void notice_drop(void *arg, const char *message)
{
    /* libpq would print them on stderr; they may echo values. */
    (void)arg, (void)message;
}

/* The DSN's own `options` with ours behind, so that ours win. */
static bool options_join(const PQconninfoOption *given, const char *session, char *out, size_t cap)
{
    const char *own = "";
    for (const PQconninfoOption *o = given; o && o->keyword; o++)
        if (strcmp(o->keyword, "options") == 0 && o->val)
            own = o->val;
    return str_format(out, cap, "%s %s %s", own, session_options, session);
}

/* What could not be read for want of memory would connect without its options. */
static PGconn *connected_as_read(PGconn *pg, const PQconninfoOption *given)
{
    if (!pg || given || PQstatus(pg) == CONNECTION_BAD)
        return pg;
    PQfinish(pg);
    return NULL;
}

PGconn *link_start(const char *dsn, const char *session)
{
    char options[OPTIONS_TEXT];
    PQconninfoOption *given = PQconninfoParse(dsn, NULL); /* NULL: connecting will say why */
    bool fits = options_join(given, session, options, sizeof options);
    /* What stands before dbname are defaults, what stands behind overrides the DSN. */
    const struct {
        const char *name, *value;
    } params[] = {
        {"application_name", "wulian"},
        {"keepalives", "1"},
        {"keepalives_idle", "30"},
        {"keepalives_interval", "10"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "10000"},
        {"dbname", dsn},
        {"client_encoding", "UTF8"},
        {"options", options},
        {NULL, NULL},
    };
    const char *names[sizeof params / sizeof params[0]];
    const char *values[sizeof params / sizeof params[0]];
    for (size_t i = 0; i < sizeof params / sizeof params[0]; i++) {
        names[i] = params[i].name;
        values[i] = params[i].value;
    }
    PGconn *pg = fits ? connected_as_read(PQconnectStartParams(names, values, 1), given) : NULL;
    PQconninfoFree(given);
    if (pg)
        PQsetNoticeProcessor(pg, notice_drop, NULL);
    return pg;
}

static const char *session_fault(PGconn *pg)
{
    static const struct {
        const char *name, *value;
    } wanted[] = {
        {"server_encoding", "UTF8"},
        {"client_encoding", "UTF8"},
        {"TimeZone", "UTC"},
        {"DateStyle", "ISO"},
        {"standard_conforming_strings", "on"},
        {"integer_datetimes", "on"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const char *has = PQparameterStatus(pg, wanted[i].name);
        if (!has || !str_starts(has, wanted[i].value))
            return wanted[i].name;
    }
    return NULL;
}

const char *link_open(struct link *k, PGconn *pg)
{
    const char *fault = session_fault(pg);
    if (fault)
        return fault;
    PQsetnonblocking(pg, 1);
    *k = (struct link){.pg = pg};
    return NULL;
}

void link_close(struct link *k)
{
    PQfinish(k->pg);
    mem_free(k->state);
    *k = (struct link){0};
}

bool link_alive(const struct link *k)
{
    struct pollfd p = {.fd = PQsocket(k->pg), .events = POLLIN};
    /* The last message of a server that goes comes before the end of the stream: read on. */
    for (int i = 0; i < IDLE_READS && PQstatus(k->pg) != CONNECTION_BAD; i++)
        if (poll(&p, 1, 0) <= 0 || !PQconsumeInput(k->pg))
            break;
    return PQstatus(k->pg) != CONNECTION_BAD;
}

enum prepared link_prepared(const struct link *k, const struct db_stmt *s)
{
    if (s->number == STATEMENT_ONCE)
        return PREPARED_YES; /* nothing to prepare: parsed as it is sent */
    return s->number < k->nstate ? (enum prepared)k->state[s->number] : PREPARED_NOT;
}

void link_mark(struct link *k, const struct db_stmt *s, enum prepared p)
{
    if (s->number >= k->nstate) {
        int n = s->number - s->number % STATEMENTS_STEP + STATEMENTS_STEP;
        k->state = mem_realloc(k->state, (size_t)n);
        memset(k->state + k->nstate, PREPARED_NOT, (size_t)(n - k->nstate));
        k->nstate = n;
    }
    k->state[s->number] = (uint8_t)p;
}

int64_t link_jitter(uint32_t *seed, int64_t span)
{
    *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes: good enough to spread retries */
    return span / 2 + (int64_t)(*seed >> 8) % (span / 2 + 1);
}

int64_t link_pause(uint32_t *seed, int attempts)
{
    int step = attempts < 1 ? 0 : attempts - 1 < 5 ? attempts - 1 : 5;
    return link_jitter(seed, (int64_t)10000 << step);
}
