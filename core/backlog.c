#include "backlog.h"

#include <sys/statvfs.h>

#include "base/arena.h"
#include "base/meter.h"
#include "base/str.h"
#include "call/gate.h"
#include "settings.h"

enum { ARENA_MAX = 1 << 20 };
enum { JOBS, NOTICES, NOTICES_LATE, UNSEALED, FIGURES };
#define UNSEALED_MOST "10000" /* of a county; more is not counted */

static struct lazy counties = {.sql = "select county from core.counties()"};
static struct lazy backlog = {.sql = "select jobs, notices, notices_late,"
                                    " core.audit_unsealed($1, " UNSEALED_MOST ")"
                                    " from core.backlog($1)"};

static bool county_add(struct db_conn *gate, struct arena *a, const char *county,
                       int64_t sum[FIGURES])
{
    const struct db_rows *r = gate_ask(gate, a, &backlog, 1, &county);

    if (!r)
        return false;
    sum[JOBS] += rows_int(r, 0, JOBS);
    sum[NOTICES] += rows_int(r, 0, NOTICES);
    sum[UNSEALED] += rows_int(r, 0, UNSEALED);
    if (rows_int(r, 0, NOTICES_LATE) > sum[NOTICES_LATE])
        sum[NOTICES_LATE] = rows_int(r, 0, NOTICES_LATE);
    return true;
}

/* A millionth is what the gauge counts in. */
static void disk_look(const char *dir)
{
    struct statvfs disk;

    if (*dir && statvfs(dir, &disk) == 0 && disk.f_blocks > 0)
        meter_set(meter_named("wulian_disk_free_ratio{folder=\"files\"}"),
                  (int64_t)((double)disk.f_bavail / (double)disk.f_blocks * 1e6));
}

bool backlog_look(struct db_conn *gate, const struct settings *s)
{
    struct arena *a = arena_new(ARENA_MAX);
    const struct db_rows *r = gate_ask(gate, a, &counties, 0, NULL);
    int64_t sum[FIGURES] = {0};
    bool ok = r != NULL;

    disk_look(settings_text(s, "files.dir"));
    for (int i = 0; ok && i < rows_count(r); i++)
        ok = county_add(gate, a, rows_text(r, i, 0), sum);
    if (ok) {
        meter_set(meter_named("wulian_jobs_waiting"), sum[JOBS]);
        meter_set(meter_named("wulian_notices_waiting"), sum[NOTICES]);
        meter_set(meter_named("wulian_notices_late_seconds"), sum[NOTICES_LATE]);
        meter_set(meter_named("wulian_audit_unsealed_rows"), sum[UNSEALED]);
    }
    arena_free(a);
    return ok;
}
