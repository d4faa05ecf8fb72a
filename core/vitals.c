#include "vitals.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/str.h"
#include "base/time.h"
#include "call/gate.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "settings.h"

enum { ARENA_MAX = 1 << 20, RUN_US = 10 * 1000 * 1000, SECOND = 1000 * 1000, DAY_S = 86400 };

static struct lazy probe = {.sql = "select core.room_probe()"};

bool room_look(struct db_conn *gate)
{
    struct arena *a = arena_new(ARENA_MAX);
    struct db_error e = {0};
    meter *full = meter_named(VITAL_DISK_FULL);
    bool written = db_ask(gate, a, lazy_stmt(&probe), 0, NULL, RUN_US, &e) != NULL;
    bool refused = !written && str_eq(e.sqlstate, "53100");

    if (refused != (meter_read(full) != 0) && (written || refused))
        log_line(refused ? LOG_ERROR : LOG_INFO, refused ? "disk_full" : "disk_room",
                 refused ? "the database's tables cannot grow: make room on its disk"
                         : "the database's tables can grow again");
    if (written || refused)
        meter_set(full, refused);
    else
        log_line(LOG_ERROR, "job_refused", "sqlstate %s", e.sqlstate);
    arena_free(a);
    return written || refused;
}

bool room_lacks(void)
{
    int64_t clock = meter_read(meter_named(VITAL_CLOCK));

    return meter_read(meter_named(VITAL_DISK_FULL)) &&
           clock_mono() - clock < (int64_t)ROOM_BELIEVED_S * SECOND;
}

int64_t backup_age(const char *stamp)
{
    struct stat st;
    int64_t at = stat(stamp, &st) == 0 ? (int64_t)st.st_mtime : 0;

    return clock_us() / SECOND - at;
}

int64_t certificate_days(const char *file)
{
    int64_t now = clock_us() / SECOND, end = 0;

    return certificate_end(file, &end) && end > now ? (end - now) / DAY_S : 0;
}

static void files_look(const struct settings *s)
{
    const char *stamp = settings_text(s, "watch.backup_stamp");
    const char *certificate = settings_text(s, "watch.certificate");

    if (*stamp)
        meter_set(meter_named("wulian_backup_age_seconds"), backup_age(stamp));
    if (*certificate)
        meter_set(meter_named("wulian_certificate_days"), certificate_days(certificate));
}

bool vitals_look(struct db_conn *gate, const struct settings *s)
{
    static struct lazy vitals = {
        .sql = "select archive_failures, replicas, replica_late from core.database_vitals()"};
    static const char *const names[] = {"wulian_wal_archive_failures_total", "wulian_replicas",
                                        "wulian_replica_late_bytes"};
    struct arena *a = arena_new(ARENA_MAX);
    const struct db_rows *r = gate_ask(gate, a, &vitals, 0, NULL);
    bool ok = r != NULL;

    files_look(s);
    for (int i = 0; ok && i < (int)(sizeof names / sizeof names[0]); i++)
        meter_set(meter_named("%s", names[i]), rows_int(r, 0, i));
    arena_free(a);
    return ok;
}
