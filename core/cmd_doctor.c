/* `wulian doctor`: what is wrong and what to do about it. */
#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "crypto/crypto.h"
#include "place.h"
#include "quarantine.h"
#include "tenant/keyring.h"
#include "vitals.h"

static const char usage[] =
    "usage: wulian doctor [--config FILE | --embedded DIR]\n"
    "\n"
    "Looks at the settings, the keys, the database, its roles and its walls, and says in one line\n"
    "each what is right, what is not, and what to do. Changes nothing that anybody reads.\n";

enum verdict { FINE, UNSURE, WRONG };

struct doctor {
    struct cli *cli;
    int wrong;
};

static void say(struct doctor *d, enum verdict v, const char *what, const char *detail,
                const char *advice)
{
    static const char *const words[] = {"ok  ", "look", "BAD "};

    d->wrong += v == WRONG;
    printf("%s  %s%s%s\n", words[v], what, *detail ? ": " : "", detail);
    if (v != FINE && *advice)
        printf("      → %s\n", advice);
}

/* --- the database, one question a row --------------------------------------------------------- */

/* Each gives one row: is it so, and a detail. `bad` is how much it matters when it is not. */
static const struct question {
    const char *what, *sql, *advice;
    enum verdict bad;
} questions[] = {
    {"PostgreSQL 15 or later",
     "select current_setting('server_version_num')::int >= 150000,"
     " current_setting('server_version')",
     "upgrade PostgreSQL", WRONG},
    {"every commit waits for the disk (fsync, full_page_writes, synchronous_commit)",
     "select current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on'"
     " and current_setting('synchronous_commit') <> 'off', ''",
     "turn them on: what was acknowledged would be lost in a power cut", WRONG},
    {"data checksums", "select current_setting('data_checksums') = 'on', ''",
     "pg_checksums --enable on the stopped cluster", UNSURE},
    {"migrations applied",
     "select to_regclass('core.migration') is not null, ''", "run wulian migrate", WRONG},
    {"there is room on the database's disk", "select true, '' from core.room_probe()",
     "make room there: what stands can be read, but nothing can be saved", WRONG},
    {"isolation of the tenants",
     "select not exists (select from core.isolation_faults()),"
     " coalesce((select string_agg(fault, '; ') from core.isolation_faults()), '')",
     "run wulian migrate; if it persists somebody changed tables or roles by hand", WRONG},
    {"roles and permissions published",
     "select exists (select from core.role_permission),"
     " (select count(*) from core.role_permission)::text || ' grants'",
     "run wulian migrate", WRONG},
    {"audit partitions for next month",
     "select exists (select from pg_class where oid = to_regclass('core.audit_'"
     " || to_char(core.today() + interval '1 month', 'YYYYMM'))), ''",
     "start the server (its jobs process makes them), or run wulian migrate", WRONG},
    {"the audit ledger lives in the cluster of its epoch", "select core.audit_here(), ''",
     "run wulian migrate: the database was restored from a dump", WRONG},
    {"the audit ledger is sealed",
     "select core.audit_late_seconds(null) < 10, core.audit_late_seconds(null) || ' s late'",
     "is the server running? Its log says why it does not seal (audit_refused, audit_late)", WRONG},
    {"the database's log is archived",
     "select v.archiving and v.archive_works, case when v.archiving then v.archive_failures"
     " || ' failures' else 'archive_mode is off' end from core.database_vitals() v",
     "without an archive only the moment of a backup can be restored, none after it: archive_mode,"
     " archive_command",
     UNSURE},
    {"standbys keep up",
     "select v.replica_late < 64 * 1024 * 1024, v.replicas || ' of them, the last '"
     " || v.replica_late || ' bytes behind' from core.database_vitals() v",
     "look at the standby's own log and at the network between", UNSURE},
    {"a county is open",
     "select count(*) > 0, coalesce(string_agg(county || ' ' || name, ', '), '') from core.tenant",
     "wulian divisions import, or wulian demo", UNSURE},
    {"each county has its three administrators (三员)",
     "select not exists (select from core.tenant t, unnest(array['sys', 'sec', 'audit']) k"
     " where not exists (select from admin.post p join admin.account a"
     " on a.county = p.county and a.id = p.account where p.county = t.county and p.kind = k"
     " and p.state = 'active' and a.state = 'active'"
     " and (p.valid_to is null or p.valid_to > core.today()))), ''",
     "wulian user add --role sys_admin (sec_admin, audit_admin)", UNSURE},
    {"administrators sign in with a second factor",
     "select count(*) = 0, coalesce(string_agg(t.county::text, ', '), '') from core.tenant t"
     " where not array['county_admin', 'sys_admin', 'sec_admin', 'audit_admin'] <@"
     " regexp_split_to_array(core.param(t.county, 'sign_in.second_factor_roles'), '[ ,，、]+')",
     "confirm sign_in.second_factor_roles for these counties: county_admin sys_admin sec_admin"
     " audit_admin",
     UNSURE},
};

static bool ask(struct doctor *d, struct db_conn *owner, const struct question *q)
{
    struct db_error error;
    const struct db_rows *r = db_query(owner, d->cli->arena, q->sql, 0, NULL, &error);

    if (!r || rows_count(r) == 0)
        say(d, WRONG, q->what, r ? "no answer" : error.message, q->advice);
    else
        say(d, rows_bool(r, 0, 0) ? FINE : q->bad, q->what, rows_text(r, 0, 1), q->advice);
    return r && rows_count(r) > 0 && rows_bool(r, 0, 0);
}

/* --- keys ------------------------------------------------------------------------------------- */

static bool key_opens(struct arena *a, const struct db_rows *r, int row)
{
    size_t n;
    const uint8_t *wrapped = rows_bytes(a, r, row, 3, &n);

    return wrapped && keyring_put((int)rows_int(r, row, 0), rows_text(r, row, 1),
                                  (uint32_t)rows_int(r, row, 2), wrapped, n);
}

static void keys_check(struct doctor *d, struct db_conn *owner)
{
    struct db_error error;
    const struct db_rows *r =
        db_query(owner, d->cli->arena,
                 "select county, purpose, id, wrapped from core.county_key order by 1, 2, 3", 0,
                 NULL, &error);
    const char *closed = "";

    for (int row = 0; r && row < rows_count(r); row++)
        if (!key_opens(d->cli->arena, r, row))
            closed = arena_printf(d->cli->arena, "%s %s/%s", closed, rows_text(r, row, 0),
                                  rows_text(r, row, 1));
    if (!r)
        say(d, WRONG, "county keys", error.message, "run wulian migrate");
    else
        say(d, *closed ? WRONG : FINE, "county keys open under the master key", closed,
            "the master key is not the one they were wrapped with: restore that file; without it "
            "their encrypted fields are lost");
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool master_check(struct doctor *d)
{
    const char *file = settings_text(&d->cli->settings, "keys.master_file");
    const char *why = "";
    bool ok = *file != '\0' && keyring_open(file, &why);

    say(d, ok ? FINE : WRONG, "master key", ok ? file : *file ? why : "not set",
        "set keys.master_file to a file of 64 hex digits that only the server can read, and keep a "
        "copy of it apart from the database's backups");
    return ok;
}

static struct db_conn *connect_check(struct doctor *d, const char *setting)
{
    enum { WAIT_MS = 5000 };
    const char *dsn = settings_text(&d->cli->settings, setting);
    struct db_conn *conn = NULL;
    char *why = NULL;

    if (*dsn == '\0') {
        say(d, WRONG, setting, "not set", "give --embedded DIR, --config FILE or the setting");
        return NULL;
    }
    conn = db_open(dsn, WAIT_MS, &why);
    say(d, conn ? FINE : WRONG, setting, conn ? "connects" : why,
        "is PostgreSQL running (wulian serve --embedded starts its own), and did the superuser's "
        "step run (wulian migrate --roles)?");
    db_why_free(why);
    return conn;
}

static void disk_check(struct doctor *d)
{
    const struct place *place = d->cli->settings.place;
    const double gib = 1024.0 * 1024.0 * 1024.0;
    struct statvfs fs;
    double left;

    if (!place || statvfs(place->state, &fs) != 0)
        return;
    left = (double)fs.f_bavail * (double)fs.f_frsize / gib;
    say(d, left < 1 ? WRONG : left < 5 ? UNSURE : FINE, "disk of the embedded database",
        arena_printf(d->cli->arena, "%.1f GiB left at %s", left, place->state),
        "make room: PostgreSQL stops when the disk is full");
}

/* What the settings do not name nobody watches, which is worth a look for backups; TLS may end
 * elsewhere. */
static void watched_check(struct doctor *d)
{
    enum { OLD_H = 36, SOON_DAYS = 14, HOUR_S = 3600 };
    const char *stamp = settings_text(&d->cli->settings, "watch.backup_stamp");
    const char *certificate = settings_text(&d->cli->settings, "watch.certificate");
    int64_t hours = *stamp ? backup_age(stamp) / HOUR_S : 0;
    int64_t days = *certificate ? certificate_days(certificate) : 0;

    say(d, !*stamp ? UNSURE : hours > OLD_H ? WRONG : FINE, "backup",
        *stamp ? arena_printf(d->cli->arena, "%lld hours old", (long long)hours) : "not watched",
        "back up the database, the files and the keys every day, and let the backup touch the file "
        "watch.backup_stamp when it has succeeded");
    if (*certificate)
        say(d, days == 0 ? WRONG : days < SOON_DAYS ? UNSURE : FINE, "certificate",
            arena_printf(d->cli->arena, "%lld days left", (long long)days),
            "renew it, and reload the proxy; the file watch.certificate must be readable here");
}

static void quarantine_check(struct doctor *d)
{
    const char *held = quarantine_list(d->cli->arena,
                                       settings_text(&d->cli->settings, "plugins.quarantine"));

    say(d, *held ? WRONG : FINE, "no plugin is held back for its crashes", held,
        "the log says where it crashed (plugin_crash, plugin_overdue): install a mended version, "
        "or wulian plugin release NAME");
}

static void database_check(struct doctor *d, bool keys)
{
    struct db_conn *app = connect_check(d, "db.app_dsn");
    struct db_conn *gate = connect_check(d, "db.gate_dsn");
    struct db_conn *owner = connect_check(d, "db.owner_dsn");
    bool migrated = owner != NULL;

    for (size_t i = 0; migrated && i < sizeof questions / sizeof questions[0]; i++) {
        bool yes = ask(d, owner, &questions[i]);

        /* what follows asks tables that migrations make */
        migrated = yes || strcmp(questions[i].what, "migrations applied") != 0;
    }
    if (migrated && keys)
        keys_check(d, owner);
    db_close(owner);
    db_close(gate);
    db_close(app);
}

int cmd_doctor(int argc, char **argv)
{
    enum exit_status status = EXIT_USAGE;
    struct cli c;
    enum cli_next next = cli_open(&c, "doctor", usage, argc, argv, NULL, 0);

    if (next == CLI_DONE) {
        status = EXIT_OK;
    } else if (next == CLI_GO) {
        struct doctor d = {.cli = &c};
        bool primitives = crypto_self_test();

        say(&d, primitives ? FINE : WRONG, "cryptography", "",
            "the OpenSSL library gives wrong results: replace it");
        disk_check(&d);
        watched_check(&d);
        quarantine_check(&d);
        database_check(&d, master_check(&d));
        if (d.wrong)
            printf("%d to be mended\n", d.wrong);
        else
            puts("nothing is wrong");
        status = d.wrong ? EXIT_FAILED : EXIT_OK;
    }
    cli_close(&c);
    return status;
}
