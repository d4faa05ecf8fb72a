/* `wulian doctor`: what is wrong and what to do about it. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/str.h"
#include "crypto/crypto.h"
#include "db/migrate.h"
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
    int n[WRONG + 1]; /* findings of each verdict */
    bool sealing;     /* there is a key that the audit is to be sealed with */
    bool waited;      /* for a database that did not come: the next need not */
};

/* What libpq says may have several. */
static const char *one_line(struct arena *a, const char *text)
{
    char *line = arena_strdup(a, text);
    char *to = line;

    for (const char *c = text; *c; c++)
        if (*c != '\n' && *c != '\t')
            *to++ = *c;
        else if (to > line && to[-1] != ' ')
            *to++ = ' ';
    while (to > line && to[-1] == ' ')
        to--;
    *to = '\0';
    return line;
}

static void say(struct doctor *d, enum verdict v, const char *what, const char *detail,
                const char *advice)
{
    static const char *const words[] = {"ok  ", "look", "BAD "};

    d->n[v]++;
    printf("%s  %s%s%s\n", words[v], what, *detail ? ": " : "", one_line(d->cli->arena, detail));
    if (v != FINE && *advice)
        printf("      → %s\n", advice);
}

/* --- the database, one question a row --------------------------------------------------------- */

/* Each gives one row: is it so, and a detail. `bad` is how much it matters when it is not. */
struct question {
    const char *what, *sql, *advice;
    enum verdict bad;
};

/* What a database without our tables can answer. */
static const struct question of_the_cluster[] = {
    {"PostgreSQL 15 or later",
     "select current_setting('server_version_num')::int >= 150000,"
     " current_setting('server_version')",
     "upgrade PostgreSQL", WRONG},
    {"every commit waits for the disk (fsync, full_page_writes, synchronous_commit)",
     "with off as (select name || ' is off' as what from pg_settings where setting = 'off'"
     " and name in ('fsync', 'full_page_writes', 'synchronous_commit')"
     " union all select c || ' for ' || r.rolname from pg_db_role_setting s"
     " join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) c"
     " where r.rolname in ('wulian_app', 'wulian_gate')"
     " and c ~* '^synchronous_commit=(off|false|no|0)$')"
     " select count(*) = 0, coalesce(string_agg(what, ', '), '') from off",
     "turn them on: what was acknowledged would be lost in a power cut", WRONG},
    {"data checksums", "select current_setting('data_checksums') = 'on', ''",
     "pg_checksums --enable on the stopped cluster", UNSURE},
};

/* What is asked of tables that migrations make. */
static const struct question of_the_tables[] = {
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
     "start the server, or wulian reload: its jobs process makes them when it begins; its log says"
     " why it cannot (job_refused)",
     WRONG},
    {"the audit ledger lives in the cluster of its epoch", "select core.audit_here(), ''",
     "run wulian migrate: the database was restored from a dump", WRONG},
    {"the database's log is archived",
     "select v.archiving and v.archive_works, case when v.archiving then v.archive_failures"
     " || ' failures' else 'archive_mode is off' end from core.database_vitals() v",
     "without an archive only the moment of a backup can be restored, none after it: archive_mode,"
     " archive_command",
     UNSURE},
    {"standbys keep up",
     "select v.replica_late < 64 * 1024 * 1024, case when v.replicas = 0 then 'there is none'"
     " else v.replicas || ' of them, the last ' || v.replica_late || ' bytes behind' end"
     " from core.database_vitals() v",
     "look at the standby's own log and at the network between", UNSURE},
    {"a county is open",
     "select count(*) > 0, coalesce(string_agg(county || ' ' || name, ', '), '') from core.tenant",
     "wulian divisions import, or wulian demo", UNSURE},
    {"each county has its three administrators (三员)",
     "select count(*) = 0, coalesce(string_agg(t.county || ' lacks ' || k || '_admin', ', '), '')"
     " from core.tenant t, unnest(array['sys', 'sec', 'audit']) k"
     " where not exists (select from admin.post p join admin.account a"
     " on a.county = p.county and a.id = p.account where p.county = t.county and p.kind = k"
     " and p.state = 'active' and a.state = 'active' and p.valid_from <= core.today()"
     " and (p.valid_to is null or p.valid_to > core.today()))",
     "wulian user add --role sys_admin (sec_admin, audit_admin)", UNSURE},
    {"administrators sign in with a second factor",
     "select count(*) = 0, coalesce(string_agg(t.county::text, ', '), '') from core.tenant t"
     " where not array['county_admin', 'sys_admin', 'sec_admin', 'audit_admin'] <@"
     " regexp_split_to_array(core.param(t.county, 'sign_in.second_factor_roles'), '[ ,，、]+')",
     "confirm sign_in.second_factor_roles for these counties: county_admin sys_admin sec_admin"
     " audit_admin",
     UNSURE},
};

static const struct question the_seal = {
    "the audit ledger is sealed",
    "select core.audit_late_seconds(null) < 10, core.audit_late_seconds(null) || ' s late'",
    "is the server running? Its log says why it does not seal (audit_refused, audit_late)", WRONG};

static void ask(struct doctor *d, struct db_conn *owner, const struct question *q)
{
    struct db_error error;
    const struct db_rows *r = db_query(owner, d->cli->arena, q->sql, 0, NULL, &error);

    if (!r || rows_count(r) == 0)
        say(d, WRONG, q->what, r ? "no answer" : error.message, q->advice);
    else
        say(d, rows_bool(r, 0, 0) ? FINE : q->bad, q->what, rows_text(r, 0, 1), q->advice);
}

static void ask_all(struct doctor *d, struct db_conn *owner, const struct question *q, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ask(d, owner, &q[i]);
}

/* --- migrations ------------------------------------------------------------------------------- */

/* True when there are tables to ask, and all of them. */
static bool migrations_check(struct doctor *d, struct db_conn *owner)
{
    static const char what[] = "migrations applied", advice[] = "run wulian migrate";
    const struct settings *s = &d->cli->settings;
    const struct migrate_options o = {.sql_dir = settings_text(s, "paths.sql"),
                                      .plugins_dir = settings_text(s, "paths.plugins_sql"),
                                      .enabled = settings_text(s, "plugins.enabled")};
    struct db_error error;
    const struct db_rows *r = db_query(
        owner, d->cli->arena, "select to_regclass('core.migration') is not null", 0, NULL, &error);
    bool begun = r && rows_bool(r, 0, 0);
    char *why = NULL;
    int lacking = begun ? migrate_lacking(owner, d->cli->arena, &o, &why) : 0;

    if (!begun)
        say(d, WRONG, what, r ? "none yet" : error.message, advice);
    else if (lacking < 0)
        say(d, WRONG, what, why,
            "run the program, and its sql folder, of the version that the database was brought to");
    else
        say(d, lacking ? WRONG : FINE, what,
            lacking ? arena_printf(d->cli->arena, "%d to come", lacking) : "", advice);
    return begun && lacking <= 0;
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
            closed = arena_printf(d->cli->arena, "%s%s%s %s", closed, *closed ? ", " : "",
                                  rows_text(r, row, 0), rows_text(r, row, 1));
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

/* Without one the server runs, and its ledger is not sealed. */
static void audit_key_check(struct doctor *d)
{
    const char *file = settings_text(&d->cli->settings, "audit.key_file");
    struct seal_key key = {0};
    const char *why = "not set";

    d->sealing = *file && keyring_file_read(file, &key, &why);
    crypto_wipe(&key, sizeof key);
    say(d, d->sealing ? FINE : *file ? WRONG : UNSURE, "audit key", d->sealing ? file : why,
        "set audit.key_file to a file of 64 hex digits that only the server can read: what is not "
        "sealed can be changed behind the server's back");
}

/* As another role the walls between the counties would not hold. */
static void role_check(struct doctor *d, struct db_conn *conn, const char *setting,
                       const char *role)
{
    enum { RUN_US = 5000 * 1000 };
    struct arena *a = d->cli->arena;
    struct db_error error;
    const struct db_rows *r =
        db_ask(conn, a, db_stmt_new("select current_user::text"), 0, NULL, RUN_US, &error);
    const char *is = r ? rows_text(r, 0, 0) : "";

    if (str_eq(is, role))
        say(d, FINE, setting, "connects", "");
    else
        say(d, WRONG, setting,
            r ? arena_printf(a, "connects as %s, not as %s", is, role) : error.message,
            "let it name its own role: to others the walls between counties do not apply");
}

static struct db_conn *connect_check(struct doctor *d, const char *setting, const char *role)
{
    enum { WAIT_MS = 5000, AGAIN_MS = 500 };
    const char *dsn = settings_text(&d->cli->settings, setting);
    struct db_conn *conn = NULL;
    char *why = NULL;

    if (*dsn == '\0') {
        say(d, WRONG, setting, "not set", "give --embedded DIR, --config FILE or the setting");
        return NULL;
    }
    conn = db_open(dsn, d->waited ? AGAIN_MS : WAIT_MS, &why);
    d->waited = d->waited || !conn;
    if (conn)
        role_check(d, conn, setting, role);
    else
        say(d, WRONG, setting, why,
            "is PostgreSQL running (wulian serve --embedded starts its own), and did the "
            "superuser's step run (wulian migrate --roles)?");
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

/* What the settings do not name nobody watches, which is worth a look. */
static void backup_check(struct doctor *d)
{
    enum { OLD_H = 36, HOUR_S = 3600 };
    const char *stamp = settings_text(&d->cli->settings, "watch.backup_stamp");
    const char *detail = "not watched";
    enum verdict v = UNSURE;
    struct stat st;

    if (*stamp && stat(stamp, &st) != 0) {
        detail = arena_printf(d->cli->arena, "%s: %s", stamp, strerror(errno));
        v = WRONG;
    } else if (*stamp) {
        int64_t hours = backup_age(stamp) / HOUR_S;

        detail = arena_printf(d->cli->arena, "%lld hours old", (long long)hours);
        v = hours > OLD_H ? WRONG : FINE;
    }
    say(d, v, "backup", detail,
        "back up the database, the files and the keys every day, and let the backup touch the file "
        "watch.backup_stamp when it has succeeded");
}

/* Not named, it is nobody's: TLS may end elsewhere. */
static void certificate_check(struct doctor *d)
{
    enum { SOON_DAYS = 14 };
    const char *file = settings_text(&d->cli->settings, "watch.certificate");
    int64_t days, end;

    if (!*file)
        return;
    days = certificate_days(file);
    say(d, days == 0 ? WRONG : days < SOON_DAYS ? UNSURE : FINE, "certificate",
        certificate_end(file, &end)
            ? arena_printf(d->cli->arena, "%lld days left", (long long)days)
            : arena_printf(d->cli->arena, "%s: there is none to be read", file),
        "renew it, and reload the proxy; the file watch.certificate must be readable here");
}

static void quarantine_check(struct doctor *d)
{
    static const char what[] = "no plugin is held back for its crashes";
    const char *dir = settings_text(&d->cli->settings, "plugins.quarantine");
    const char *why = "plugins.quarantine is not set";
    const char *held = *dir ? quarantine_list(d->cli->arena, dir, &why) : NULL;

    if (held)
        say(d, *held ? WRONG : FINE, what, held,
            "the log says where it crashed (plugin_crash, plugin_overdue): install a mended "
            "version, or wulian plugin release NAME");
    else
        say(d, UNSURE, what, why,
            "set plugins.quarantine to a folder that the server can write: without it a restart "
            "releases whoever is held back");
}

static void database_check(struct doctor *d, bool keys)
{
    struct db_conn *app = connect_check(d, "db.app_dsn", "wulian_app");
    struct db_conn *gate = connect_check(d, "db.gate_dsn", "wulian_gate");
    struct db_conn *owner = connect_check(d, "db.owner_dsn", "wulian_owner");

    if (!owner)
        goto out;
    ask_all(d, owner, of_the_cluster, sizeof of_the_cluster / sizeof of_the_cluster[0]);
    if (!migrations_check(d, owner))
        goto out;
    ask_all(d, owner, of_the_tables, sizeof of_the_tables / sizeof of_the_tables[0]);
    if (d->sealing)
        ask(d, owner, &the_seal);
    if (keys)
        keys_check(d, owner);
out:
    db_close(owner);
    db_close(gate);
    db_close(app);
}

static void sum_up(const struct doctor *d)
{
    if (d->n[WRONG])
        printf("%d to be mended", d->n[WRONG]);
    else
        printf("nothing is wrong");
    if (d->n[UNSURE])
        printf(", %d to look at", d->n[UNSURE]);
    putchar('\n');
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
        bool keys;

        say(&d, primitives ? FINE : WRONG, "cryptography", "",
            "the OpenSSL library gives wrong results: replace it");
        disk_check(&d);
        backup_check(&d);
        certificate_check(&d);
        quarantine_check(&d);
        keys = master_check(&d);
        audit_key_check(&d);
        database_check(&d, keys);
        sum_up(&d);
        status = d.n[WRONG] ? EXIT_FAILED : EXIT_OK;
    }
    cli_close(&c);
    return status;
}
