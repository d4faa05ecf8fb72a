/* The jobs process: what the platform does by the clock, on the gate's connection, and beside it
 * the threads on which people's long jobs run. No socket. */
#include "command.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "audit/sealer.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/meter.h"
#include "base/str.h"
#include "base/time.h"
#include "backlog.h"
#include "chores.h"
#include "crypto/crypto.h"
#include "db/db.h"
#include "file/store.h"
#include "file/thumb.h"
#include "file/upkeep.h"
#include "job/runner.h"
#include "notice/post.h"
#include "notice/sender.h"
#include "plugin/modules.h"
#include "record/exchange.h"
#include "record/remind.h"
#include "settings.h"
#include "slots.h"
#include "tenant/keyring.h"
#include "vitals.h"

enum {
    ARENA_MAX = 64 << 20,
    CONNECT_MS = 3000,
    RUN_US = 30 * 1000 * 1000, /* deadline of one batch */
    AGAIN_S = 10,              /* a job that failed */
    TURNS_MAX = 10000          /* batches of one county in one run of a job */
};

struct jobs {
    const char *dsn;
    struct db_conn *conn; /* NULL: not reached yet */
    const struct settings *settings;
    int64_t reminded;         /* when limits were last looked at */
    struct chore_host chores; /* what the descriptions' chores need; opened when first needed */
    int signals;
    bool stop;
};

struct chore {
    const char *name;
    int every; /* seconds */
    bool (*run)(struct jobs *j, const struct chore *job);
    const char *sql; /* counties_run: a function of county that says how many rows it dealt with */
    int most;        /* as many as one call deals with: then there is more */
};

/* --- running ---------------------------------------------------------------------------------- */

static bool stop_asked(struct jobs *j)
{
    struct signalfd_siginfo info;

    if (read(j->signals, &info, sizeof info) == (ssize_t)sizeof info)
        j->stop = true;
    return j->stop;
}

/* One statement in a transaction of its own; NULL when it failed, which is logged. */
static const struct db_rows *ask(struct jobs *j, struct arena *a, const struct db_stmt *s,
                                 int nparams, const char *const *params)
{
    struct db_error e;
    const struct db_rows *r = db_ask(j->conn, a, s, nparams, params, RUN_US, &e);

    if (!r)
        log_line(LOG_ERROR, "job_refused", "sqlstate %s", e.sqlstate);
    return r;
}

static bool audit_partitions(struct jobs *j, const struct chore *job)
{
    static const struct db_stmt *stmt;
    struct arena *a = arena_new(ARENA_MAX);
    const struct db_rows *r;
    bool ok;

    if (!stmt)
        stmt = db_stmt_new("select core.audit_partitions()");
    r = ask(j, a, stmt, 0, NULL);
    ok = r != NULL;
    if (ok && rows_int(r, 0, 0) > 0)
        log_line(LOG_INFO, "job", "%s: %d made", job->name, (int)rows_int(r, 0, 0));
    arena_free(a);
    return ok;
}

/* Batch after batch until one is not full; a pause of a signal's length between them. */
static bool county_run(struct jobs *j, const struct chore *job, const struct db_stmt *s,
                       const char *county)
{
    int64_t total = 0;
    bool more = true;
    bool ok = true;

    for (int i = 0; ok && more && i < TURNS_MAX && !stop_asked(j); i++) {
        struct arena *a = arena_new(ARENA_MAX);
        const char *params[] = {county, arena_printf(a, "%d", job->most)};
        const struct db_rows *r = ask(j, a, s, 2, params);

        ok = r != NULL;
        more = ok && rows_int(r, 0, 0) >= job->most;
        total += ok ? rows_int(r, 0, 0) : 0;
        arena_free(a);
    }
    if (total > 0)
        log_line(LOG_INFO, "job", "%s: %lld in county %s", job->name, (long long)total, county);
    return ok;
}

static bool counties_run(struct jobs *j, const struct chore *job);
static bool thumbs_run(struct jobs *j, const struct chore *job);
static bool files_sweep(struct jobs *j, const struct chore *job);
static bool described_run(struct jobs *j, const struct chore *job);
static bool limits_look(struct jobs *j, const struct chore *job);
static bool backlog_run(struct jobs *j, const struct chore *job);
static bool room_run(struct jobs *j, const struct chore *job);
static bool vitals_run(struct jobs *j, const struct chore *job);

static const struct chore table[] = {
    {"audit partitions", 6 * 3600, audit_partitions, NULL, 0},
    {"forget idempotency keys", 3600, counties_run, "select core.idem_forget($1, $2)", 1000},
    {"purge what was deleted", 3600, counties_run, "select core.deleted_purge($1, $2)", 500},
    {"erase registers of past emergencies", 3600, counties_run,
     "select core.emergency_erase($1, $2)", 500},
    {"forget sessions", 3600, counties_run, "select core.session_forget($1, $2)", 1000},
    {"thumbnails", 2, thumbs_run, NULL, 0},
    {"take away old recordings", 3600, counties_run, "select core.recording_forget($1, $2)", 100},
    {"forget files", 3600, counties_run, "select core.file_forget($1, $2)", 500},
    {"sweep files", 6 * 3600, files_sweep, NULL, 0},
    {"chores", 5, described_run, NULL, 0},
    {"reminders", 1, limits_look, NULL, 0},
    {"forget jobs", 3600, counties_run, "select core.job_forget($1, $2)", 100},
    {"backlog", 10, backlog_run, NULL, 0},
    {"room on the disk", 5, room_run, NULL, 0},
    {"vitals", 10, vitals_run, NULL, 0},
    {"forget notices", 3600, counties_run, "select core.notice_forget($1, $2)", 500},
};

enum { JOBS = sizeof table / sizeof table[0] };

static bool counties_run(struct jobs *j, const struct chore *job)
{
    static const struct db_stmt *counties, *stmts[JOBS];
    const struct db_stmt **s = &stmts[job - table];
    struct arena *a = arena_new(ARENA_MAX);
    const struct db_rows *r;
    bool ok;

    if (!counties)
        counties = db_stmt_new("select county from core.counties()");
    if (!*s)
        *s = db_stmt_new(job->sql);
    r = ask(j, a, counties, 0, NULL);
    ok = r != NULL;
    for (int i = 0; ok && i < rows_count(r) && !stop_asked(j); i++)
        ok = county_run(j, job, *s, rows_text(r, i, 0));
    arena_free(a);
    return ok;
}

/* --- files ------------------------------------------------------------------------------------ */

static const struct db_rows *counties_ask(struct jobs *j, struct arena *a)
{
    static const struct db_stmt *stmt;

    if (!stmt)
        stmt = db_stmt_new("select county from core.counties()");
    return ask(j, a, stmt, 0, NULL);
}

static bool thumbs_run(struct jobs *j, const struct chore *job)
{
    struct arena *a = arena_new(ARENA_MAX);
    const struct db_rows *r = counties_ask(j, a);
    bool ok = r != NULL;

    (void)job;
    for (int i = 0; ok && i < rows_count(r); i++)
        for (bool more = true; ok && more && !stop_asked(j);)
            ok = file_thumbs_run(j->conn, (int)rows_int(r, i, 0), &more);
    arena_free(a);
    return ok;
}

static bool files_sweep(struct jobs *j, const struct chore *job)
{
    struct arena *a = arena_new(ARENA_MAX);
    const struct db_rows *r = counties_ask(j, a);
    bool ok = r != NULL;

    (void)job;
    for (int i = 0; ok && i < rows_count(r) && !stop_asked(j); i++)
        ok = file_sweep_run(j->conn, (int)rows_int(r, i, 0));
    arena_free(a);
    return ok;
}

/* --- the descriptions' chores ----------------------------------------------------------------- */

static bool stops(void *arg)
{
    return stop_asked(arg);
}

static void told(void *arg, int county, const struct rec_chore *c, int64_t at, int rows)
{
    char text[TIME_TEXT];

    (void)arg;
    time_format(at * 1000000, text);
    log_line(LOG_INFO, "chore", "%s of %s in county %d: %d rows", c->name, text, county, rows);
}

static bool described_run(struct jobs *j, const struct chore *job)
{
    (void)job;
    if (!chore_at(0) || !settings_int(j->settings, "jobs.chores"))
        return true;
    j->chores.stop = stops;
    j->chores.done = told;
    j->chores.arg = j;
    return chore_host_open(&j->chores, j->settings) &&
           chores_run(&j->chores, 0, NULL, clock_us() / 1000000, CHORES_AT_ONCE);
}

/* --- reminders of limits ---------------------------------------------------------------------- */

static bool limits_look(struct jobs *j, const struct chore *job)
{
    int64_t every = settings_int(j->settings, "notice.remind_s") * 1000000;

    (void)job;
    if (every == 0 || clock_mono() - j->reminded < every)
        return true;
    j->reminded = clock_mono();
    j->chores.stop = stops;
    j->chores.arg = j;
    return chore_host_open(&j->chores, j->settings) && reminders_run(&j->chores);
}

static bool backlog_run(struct jobs *j, const struct chore *job)
{
    (void)job;
    return backlog_look(j->conn, j->settings);
}

static bool room_run(struct jobs *j, const struct chore *job)
{
    (void)job;
    return room_look(j->conn);
}

static bool vitals_run(struct jobs *j, const struct chore *job)
{
    (void)job;
    return vitals_look(j->conn, j->settings);
}

/* --- the clock -------------------------------------------------------------------------------- */

/* Sleeps until then or until asked to stop. */
static void wait_until(struct jobs *j, int64_t when)
{
    int64_t left;

    while (!stop_asked(j) && (left = when - clock_mono()) > 0) {
        struct pollfd p = {.fd = j->signals, .events = POLLIN};

        poll(&p, 1, left > 60 * 1000000LL ? 60000 : (int)((left + 999) / 1000));
    }
}

/* Runs what is due and says when the next is. */
static int64_t due_run(struct jobs *j, int64_t due[JOBS])
{
    int64_t next = INT64_MAX;

    for (int i = 0; i < JOBS && !j->stop; i++) {
        meter_now(meter_named(VITAL_CLOCK));
        if (due[i] <= clock_mono()) {
            bool ok = table[i].run(j, &table[i]);

            meter_add(
                meter_named("wulian_clock_runs_total{what=\"%s\",ok=\"%d\"}", table[i].name, ok),
                1);
            due[i] = clock_mono() + (int64_t)(ok ? table[i].every : AGAIN_S) * 1000000;
        }
        next = due[i] < next ? due[i] : next;
    }
    return next;
}

/* Until the database is there; db_run keeps the connection alive from then on. */
static void reach(struct jobs *j)
{
    while (!stop_asked(j) && !db_reach(&j->conn, j->dsn)) {
        /* it waits itself */
    }
}

static bool signals_open(struct jobs *j)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
        j->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return j->signals >= 0;
}

/* --- people's jobs ---------------------------------------------------------------------------- */

/* The records, their texts and code tables, as the workers have them. */
static bool records_open(struct arena *a, const struct process_args *args, struct crash_slot *slot)
{
    const struct settings *s = args->settings;
    const struct load_watch load = slot_load_watch(slot);
    struct module_options o = module_options_of(s);
    struct module_list modules;
    const char *why = "";
    char *unreachable = NULL;
    struct db_conn *app;
    bool ok;

    o.watch = &load;
    if (!crypto_self_test())
        return process_refuse(args, "cryptography", "a known-answer test failed");
    if (!keyring_open(settings_text(s, "keys.master_file"), &why))
        return process_refuse(args, "keys", why);
    if (!modules_load(a, &o, &modules, &why))
        return process_refuse(args, "modules", why);
    rec_exchange_jobs();
    app = db_open(settings_text(s, "db.app_dsn"), CONNECT_MS, &unreachable);
    if (!app)
        ok = process_refuse(args, "database", unreachable ? unreachable : "");
    else
        ok = modules_check(a, &modules, app, modules_look(args->again), &why) ||
             process_refuse(args, "modules", why);
    db_why_free(unreachable);
    db_close(app);
    return ok;
}

static void files_open(const struct settings *s)
{
    const char *why = "";

    thumb_program(settings_text(s, "files.gm"));
    if (!file_store_open(settings_text(s, "files.dir"), &why))
        log_line(LOG_WARN, "files_unavailable", "%s", why); /* all else works */
}

/* Whether anything here is worded or driven by descriptions, and there is a connection to read them
 * by; without, there is only the clock. */
static bool records_needed(const struct settings *s)
{
    static const char *const users[] = {"jobs.threads", "jobs.chores", "notice.threads",
                                        "notice.remind_s"};
    int64_t n = 0;

    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++)
        n += settings_int(s, users[i]);
    return n > 0 && !str_eq(settings_text(s, "db.app_dsn"), "");
}

static bool runner_open(const struct process_args *args, struct job_runner **r)
{
    const struct settings *s = args->settings;
    const struct job_runner_options o = {.app_dsn = settings_text(s, "db.app_dsn"),
                                         .gate_dsn = settings_text(s, "db.gate_dsn"),
                                         .threads = (int)settings_int(s, "jobs.threads"),
                                         .silent_s = (int)settings_int(s, "jobs.silent_s")};

    if (o.threads == 0)
        return true;
    *r = job_runner_new(&o);
    return *r || process_refuse(args, "threads", "they cannot be made");
}

static bool sender_open(const struct process_args *args, struct sender **out)
{
    const struct settings *s = args->settings;
    const struct sender_options o = {.gate_dsn = settings_text(s, "db.gate_dsn"),
                                     .threads = (int)settings_int(s, "notice.threads"),
                                     .retry_ms = (int)settings_int(s, "notice.retry_ms")};

    post_open(&(struct post_options){.allow = settings_text(s, "notice.allow"),
                                     .ca_file = settings_text(s, "notice.ca_file"),
                                     .timeout_ms = (int)settings_int(s, "notice.timeout_ms")});
    if (o.threads == 0)
        return true;
    *out = sender_new(&o);
    return *out || process_refuse(args, "threads", "they cannot be made");
}

/* Without a key nothing is sealed, which `wulian doctor` says. */
static bool sealer_open(const struct process_args *args, struct sealer **out)
{
    const struct settings *s = args->settings;
    const char *file = settings_text(s, "audit.key_file");
    struct sealer_options o = {.gate_dsn = settings_text(s, "db.gate_dsn"),
                               .dir = settings_text(s, "audit.checkpoint_dir"),
                               .every_ms = (int)settings_int(s, "audit.seal_ms"),
                               .most = (int)settings_int(s, "audit.seal_rows"),
                               .late_s = (int)settings_int(s, "audit.alert_s")};
    struct seal_key key;
    const char *why = "";

    if (!*file)
        return true;
    if (!keyring_file_read(file, &key, &why))
        return process_refuse(args, "audit key", why);
    sign_key_of(&o.key, key.key);
    crypto_wipe(&key, sizeof key);
    *out = sealer_new(&o);
    crypto_wipe(&o.key, sizeof o.key);
    return *out || process_refuse(args, "threads", "they cannot be made");
}

static bool people_open(struct arena *a, const struct process_args *args, struct crash_slot *slot,
                        struct job_runner **runner, struct sender **sender)
{
    return !records_needed(args->settings) ||
           (records_open(a, args, slot) && runner_open(args, runner) && sender_open(args, sender));
}

int jobs_main(const struct process_args *args)
{
    struct jobs j = {.dsn = settings_text(args->settings, "db.gate_dsn"),
                     .settings = args->settings,
                     .signals = -1};
    int64_t due[JOBS] = {0};
    struct slots *page = slots_map(args->slots_fd);
    struct arena *a = arena_new(ARENA_MAX);
    struct job_runner *runner = NULL;
    struct sender *sender = NULL;
    struct sealer *sealer = NULL;
    int status = EXIT_FAILED;

    if (!page || !signals_open(&j)) {
        process_refuse(args, page ? "signals" : "crash slots", strerror(errno));
        goto out;
    }
    quarantine_obey(&page->quarantine);
    files_open(args->settings);
    reach(&j);
    if (!j.stop && !(sealer_open(args, &sealer) &&
                     people_open(a, args, page->slot[args->index], &runner, &sender)))
        goto out;
    if (!j.stop)
        process_ready(args);
    while (!stop_asked(&j))
        wait_until(&j, due_run(&j, due));
    status = EXIT_OK;
out:
    sealer_free(sealer);
    sender_free(sender);
    job_runner_free(runner);
    reminders_end();
    chore_host_close(&j.chores);
    db_close(j.conn);
    if (j.signals >= 0)
        close(j.signals);
    arena_free(a);
    return status;
}
