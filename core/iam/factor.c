#include "iam/factor.h"

#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "call/lazy.h"
#include "iam/session.h"
#include "tenant/sealed.h"

static struct lazy stmt_factor = {
    .sql = "select seed, step, confirmed from core.factor_of($1, $2::uuid)"};
static struct lazy stmt_keys = {.sql = "select purpose, id, wrapped from core.county_keys($1)"};

static void seed_open(struct arena *a, int county, const char *account, const struct db_rows *r,
                      struct factor *out)
{
    size_t n = 0;
    const uint8_t *sealed = rows_bytes(a, r, 0, 0, &n);
    char *hex = sealed_open(a, county, FACTOR_TABLE, FACTOR_COLUMN, account, sealed, n);

    if (!hex)
        log_line(LOG_ERROR, "second_factor", "%d: the seed of %s does not open", county, account);
    else
        out->opens = hex_decode(hex, strlen(hex), out->seed, sizeof out->seed, &out->seed_n);
    if (hex)
        crypto_wipe(hex, strlen(hex));
}

bool factor_read(struct arena *a, struct db_conn *gate, int county, const char *account,
                 int64_t deadline, struct factor *out)
{
    const char *p[] = {arena_printf(a, "%d", county), account};
    struct db_batch *b = batch_new(a, deadline);

    *out = (struct factor){0};
    lazy_add(b, &stmt_factor, 2, p);
    lazy_add(b, &stmt_keys, 1, p);
    b->repeatable = true;
    if (db_run(gate, b) != DB_OK)
        return false;
    out->begun = rows_count(b->item[0].rows) > 0;
    if (!out->begun)
        return true;
    sealed_keys_take(a, county, b->item[1].rows);
    out->step = rows_int(b->item[0].rows, 0, 1);
    out->confirmed = rows_bool(b->item[0].rows, 0, 2);
    seed_open(a, county, account, b->item[0].rows, out);
    return true;
}

bool factor_prove(struct arena *a, const struct factor *f, const char *code,
                  struct factor_proof *out)
{
    int64_t now = clock_us() / 1000000;
    int64_t step = f->opens ? totp_step(f->seed, f->seed_n, now, f->step, code) : 0;

    *out = (struct factor_proof){0};
    if (step)
        out->step = arena_printf(a, "%lld", (long long)step);
    else
        out->recovery = code_hash(a, code);
    return out->step || out->recovery;
}
