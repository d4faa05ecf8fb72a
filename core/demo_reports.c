/* The figures of the monthly reports that the year's scripts say were sent: counted and kept by the
 * statement that keeps a head's, once a report. */
#include "demo.h"

#include <stdio.h>

#include "base/time.h"
#include "call/lazy.h"
#include "report/freeze.h"

enum { WAIT_US = 300 * 1000 * 1000 };

/* The months of which some have no figures yet, the first first. */
static struct db_rows *months_find(struct demo *d, const char *const *county)
{
    struct db_error e;
    struct db_rows *r =
        db_query(d->owner, d->cli->arena,
                 "select distinct m.month from station.month_report m where m.county = $1::int"
                 " and m.state <> 'open' and not exists (select from core.report_snapshot s"
                 " where s.county = m.county and s.report = m.id) order by 1",
                 1, county, &e);
    if (!r)
        cli_fail(d->cli, "%s", e.message);
    return r;
}

/* What services count through the published views keeps to a caller's scope. */
static void scope_add(struct db_batch *b, const char *county)
{
    static struct lazy stmt = {
        .sql = "select set_config('wl.county', $1, true),"
               " set_config('wl.lo', ($1::bigint * 1000000)::text, true),"
               " set_config('wl.hi', (($1::bigint + 1) * 1000000)::text, true)"};
    lazy_add(b, &stmt, 1, &county);
}

/* The county's is of what its stations sent, and each month knows what was sent before. */
static bool month_freeze(struct demo *d, const char *county, const char *month)
{
    struct db_batch *b = batch_new(d->cli->arena, clock_mono() + WAIT_US);
    scope_add(b, county);
    freeze_demo_add(b, county, month, false);
    freeze_demo_add(b, county, month, true);
    return cli_run(d->cli, d->owner, b);
}

bool demo_reports(struct demo *d, const struct demo_county *county)
{
    const char *number = arena_printf(d->cli->arena, "%d", county->county);
    struct db_rows *months = months_find(d, &number);
    int n = months ? rows_count(months) : 0;
    struct db_conn *app = n ? cli_connect(d->cli, "db.app_dsn") : NULL;
    bool ok = months && (!n || (app && demo_operations(d, app)));
    for (int i = 0; ok && i < n; i++) {
        ok = month_freeze(d, number, rows_text(months, i, 0));
        cli_progress("monthly reports", (double)(i + 1) / n);
    }
    if (n)
        cli_progress_end();
    if (app)
        db_close(app);
    return ok;
}
