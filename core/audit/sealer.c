#include "audit/sealer.h"

#include <pthread.h>

#include "audit/seal_county.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/meter.h"
#include "base/nap.h"
#include "base/str.h"
#include "base/time.h"
#include "call/gate.h"

enum {
    LOOK_ARENA = 4 << 20,
    TURN = 20,                    /* seals of one county before the next has its turn */
    TELL_US = 60 * 1000 * 1000,   /* the same trouble is told again after so long */
    REFUSED_US = 10 * 1000 * 1000 /* before a refusal is looked into again */
};

struct sealer {
    struct sealer_options options;
    pthread_t thread;
    struct nap nap;
    struct seal_county *counties;
    size_t n;
    int64_t told; /* when trouble was last told of */
};

static struct lazy stmt_here = {.sql = "select core.audit_here()"};
static struct lazy stmt_late = {.sql = "select county, late from core.audit_late(null)"};

static struct seal_county *county_of(struct sealer *s, int county)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->counties[i].county == county)
            return &s->counties[i];
    s->counties = mem_resize(s->counties, s->n + 1, sizeof *s->counties);
    s->counties[s->n] = (struct seal_county){.county = county};
    return &s->counties[s->n++];
}

/* The last look's moment: the gauge stays what it is while this thread hangs. */
static meter *looked(void)
{
    return meter_named("wulian_jobs_silent_seconds{what=\"audit\"}");
}

static bool time_to_tell(struct sealer *s)
{
    if (s->told && clock_mono() - s->told < TELL_US)
        return false;
    s->told = clock_mono();
    return true;
}

static void county_serve(struct sealer *s, struct db_conn *gate, int county)
{
    struct seal_county *c = county_of(s, county);
    enum seal_result result = SEAL_MORE;

    if (clock_mono() < c->again)
        return;
    for (int i = 0; i < TURN && result == SEAL_MORE && !nap_over(&s->nap); i++)
        result = county_seal(c, gate, &s->options);
    if (result != SEAL_REFUSED)
        return;
    c->again = clock_mono() + REFUSED_US;
    log_line(LOG_ERROR, "audit_refused", "county %d is not sealed: %s", county, c->why);
}

static void late_tell(struct sealer *s, const struct db_rows *late)
{
    int64_t limit = (int64_t)s->options.late_s * 1000000;
    int64_t most = 0;

    for (int i = 0; i < rows_count(late); i++) {
        int64_t us = rows_int(late, i, 1);

        most = us > most ? us : most;
        if (us > limit && time_to_tell(s))
            log_line(LOG_ERROR, "audit_late", "county %d: the oldest unsealed row is %lld s old",
                     (int)rows_int(late, i, 0), (long long)(us / 1000000));
    }
    meter_set(meter_named("wulian_audit_late_seconds"), most);
    meter_now(looked());
}

/* A restored dump counts its transactions anew: sealing on would put its rows before old ones. */
static bool at_home(struct sealer *s, struct db_conn *gate, struct arena *a)
{
    const struct db_rows *r = gate_ask(gate, a, &stmt_here, 0, NULL);

    if (r && rows_bool(r, 0, 0))
        return true;
    if (r && time_to_tell(s))
        log_line(LOG_ERROR, "audit_refused",
                 "nothing is sealed: the database was restored into another cluster; restart the "
                 "server, or run wulian migrate");
    return false;
}

/* In a quiet county no row waits: its last seal may stand all the same and not be in the copy. */
static void behind_serve(struct sealer *s, struct db_conn *gate)
{
    for (size_t i = 0; *s->options.dir && i < s->n && !nap_over(&s->nap); i++)
        if (!s->counties[i].checked)
            county_serve(s, gate, s->counties[i].county);
}

static void round_make(struct sealer *s, struct db_conn *gate)
{
    struct arena *a = arena_new(LOOK_ARENA);
    const struct db_rows *late = gate_ask(gate, a, &stmt_late, 0, NULL);
    bool go = late && at_home(s, gate, a);

    if (late)
        late_tell(s, late);
    for (int i = 0; go && i < rows_count(late) && !nap_over(&s->nap); i++)
        county_serve(s, gate, (int)rows_int(late, i, 0));
    if (go)
        behind_serve(s, gate);
    arena_free(a);
}

/* Until `every_ms` after the last round began. */
static void *sealer_main(void *arg)
{
    struct sealer *s = arg;
    struct db_conn *gate = NULL;

    while (!nap_over(&s->nap)) {
        int64_t began = clock_mono();

        if (db_reach(&gate, s->options.gate_dsn))
            round_make(s, gate);
        nap_until(&s->nap, began + (int64_t)s->options.every_ms * 1000);
    }
    db_close(gate);
    return NULL;
}

struct sealer *sealer_new(const struct sealer_options *o)
{
    struct sealer *s = mem_alloc(sizeof *s);

    s->options = *o;
    nap_init(&s->nap);
    meter_now(looked()); /* told of also when the first look never comes */
    if (pthread_create(&s->thread, NULL, sealer_main, s) == 0)
        return s;
    mem_free(s);
    return NULL;
}

void sealer_free(struct sealer *s)
{
    if (!s)
        return;
    nap_end(&s->nap);
    pthread_join(s->thread, NULL);
    meter_set(looked(), 0); /* a successor looks again at once; without, nobody is to look */
    nap_free(&s->nap);
    mem_free(s->counties);
    crypto_wipe(&s->options.key, sizeof s->options.key);
    mem_free(s);
}
