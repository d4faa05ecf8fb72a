/* `wulian serve`: everything up to the moment when the master's loop takes over. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/pace.h"
#include "base/str.h"
#include "base/time.h"
#include "db/once.h"
#include "master.h"
#include "place.h"
#include "settings.h"
#include "slots.h"
#include "stage.h"
#include "watchdog.h"

enum {
    BACKLOG = 4096,
    WORKERS_MAX = SLOTS_PROCESSES / 2 - 1,
    POLL_MS = 20,
    LISTEN_US = 10 * 1000 * 1000, /* how long the workers of a killed master may take to end */
    RECOVERY_TICKS = 500
};

static const char usage[] =
    "usage: wulian serve [--config FILE] [--embedded DIR] [--workers N]\n"
    "\n"
    "Starts the server: a master, its workers and the jobs process. With --embedded it owns a\n"
    "private PostgreSQL below DIR (started by root: below /var/lib/wulian), installs roles and\n"
    "migrates it first. SIGTERM ends it after what is in flight, at most 30 s.\n"
    "\n"
    "  --config FILE   settings\n"
    "  --embedded DIR  own database; made on the first start\n"
    "  --workers N     worker processes, instead of the setting http.workers\n";

/* --- listening -------------------------------------------------------------------------------- */

/* "127.0.0.1:8431", "[::1]:8431", "*:8431" or ":8431". */
static bool address_split(struct arena *a, const char *text, const char **host, const char **port)
{
    const char *colon = strrchr(text, ':');
    size_t n;

    if (!colon || !colon[1])
        return false;
    n = (size_t)(colon - text);
    *port = colon + 1;
    if (n >= 2 && text[0] == '[' && text[n - 1] == ']')
        *host = arena_strndup(a, text + 1, n - 2);
    else
        *host = n == 0 || (n == 1 && *text == '*') ? NULL : arena_strndup(a, text, n);
    return true;
}

/* The address as bound: with port 0 the system has chosen one. */
static const char *address_bound(struct arena *a, int fd)
{
    struct sockaddr_storage name;
    socklen_t n = sizeof name;
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (getsockname(fd, (struct sockaddr *)&name, &n) != 0 ||
        getnameinfo((struct sockaddr *)&name, n, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return NULL;
    return arena_printf(a, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static int listen_on(const struct addrinfo *info)
{
    const int on = 1;
    int fd = socket(info->ai_family, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A master that was killed takes its workers along, but they hold its port until they have ended:
 * who starts at once again would meet it taken. */
static int listen_wait(const struct addrinfo *info, const char *text, struct signals *signals)
{
    int64_t until = clock_mono() + LISTEN_US;
    bool said = false;
    int fd;

    while ((fd = listen_on(info)) < 0 && errno == EADDRINUSE && clock_mono() < until &&
           !signals->stop) {
        if (!said)
            log_line(LOG_WARN, "listen_wait", "%s is taken: waiting up to %d s for it", text,
                     LISTEN_US / 1000000);
        said = true;
        signals_take(signals, POLL_MS);
    }
    return fd;
}

/* A socket that listens where the setting says; -1 when that is refused, which is logged. */
static int listen_open(struct settings *s, const char *setting, struct signals *signals)
{
    const char *text = settings_text(s, setting);
    const struct addrinfo want = {.ai_socktype = SOCK_STREAM,
                                  .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *info = NULL;
    const char *host, *port;

    int fd;

    if (!address_split(s->arena, text, &host, &port) ||
        getaddrinfo(host, port, &want, &info) != 0) {
        log_line(LOG_ERROR, "listen_failed", "%s: %s is not an address and a port", setting, text);
        return -1;
    }
    fd = listen_wait(info, text, signals);
    freeaddrinfo(info);
    if (fd < 0)
        log_line(LOG_ERROR, "listen_failed", "%s: %s: %s", setting, text, strerror(errno));
    return fd;
}

static bool listeners_open(struct master *m)
{
    struct settings *s = m->settings;
    bool metrics = *settings_text(s, "metrics.listen") != '\0';

    m->listen_fd = listen_open(s, "http.listen", &m->signals);
    if (m->listen_fd >= 0)
        m->address = address_bound(s->arena, m->listen_fd);
    if (metrics)
        m->metrics_fd = listen_open(s, "metrics.listen", &m->signals);
    if (m->metrics_fd >= 0)
        log_line(LOG_INFO, "metrics", "http://%s/metrics", address_bound(s->arena, m->metrics_fd));
    return m->listen_fd >= 0 && m->address && (!metrics || m->metrics_fd >= 0);
}

/* --- the embedded database -------------------------------------------------------------------- */

static enum process_end database_wait(struct master *m)
{
    const struct child *c = &m->child[0];

    for (int i = 1; !cluster_ready(&m->cluster); i++) {
        signals_take(&m->signals, POLL_MS);
        children_reap(m);
        if (m->signals.stop)
            return PROCESS_STOPPED;
        if (!c->pid) {
            log_line(LOG_ERROR, "cluster_failed",
                     "the database did not start: see %s/log and above", m->cluster.place->data);
            return PROCESS_FAILED;
        }
        if (i % RECOVERY_TICKS == 0)
            log_line(LOG_INFO, "cluster_wait", "the database is still starting (recovery)");
    }
    return PROCESS_OK;
}

/* `wulian migrate` as a child: with --roles the superuser step, as the user we run as; without, the
 * owner's part, as the user of the children, for it loads plugins. */
static enum process_end migrate_run(struct master *m, bool roles)
{
    struct arena *a = m->settings->arena;
    const char *withheld = roles ? "db.app_dsn db.gate_dsn" : "db.install_dsn";
    char *argv[] = {arena_strdup(a, m->now.exe), arena_strdup(a, "migrate"),
                    roles ? arena_strdup(a, "--roles") : arena_printf(a, "--slots=%d", m->slots_fd),
                    NULL};
    struct launch l = {.name = roles ? "migrate --roles" : "migrate",
                       .argv = argv,
                       .env = settings_environment(a, m->settings, withheld),
                       .drop = m->drop && !roles,
                       .uid = m->uid,
                       .gid = m->gid,
                       .keep = {m->slots_fd},
                       .nkeep = 1,
                       .death_signal = SIGKILL};

    memset(m->slots->slot[0], 0, sizeof m->slots->slot[0]);
    return process_run(&l, &m->signals);
}

/* Again as long as plugins crash in it: each is held back in the end, and then left out. */
static enum process_end migrate_own(struct master *m)
{
    for (int i = 0; i <= m->judge.limit * QUARANTINE_MAX; i++) {
        enum process_end end = migrate_run(m, false);

        if (end == PROCESS_STOPPED || !watchdog_blame(&m->judge, "migrate", m->slots->slot[0], 0))
            return end;
    }
    return PROCESS_FAILED;
}

static enum process_end database_boot(struct master *m)
{
    enum process_end end = cluster_make(&m->cluster, m->settings, &m->signals);

    if (end == PROCESS_OK)
        end = cluster_clear(&m->cluster, &m->signals);
    if (end != PROCESS_OK)
        return end;
    child_start(m, child_add(m, CHILD_DATABASE));
    end = database_wait(m);
    if (end == PROCESS_OK)
        end = migrate_run(m, true);
    if (end == PROCESS_OK)
        end = migrate_own(m);
    return end;
}

/* --- boot ------------------------------------------------------------------------------------- */

int workers_wanted(const struct settings *s)
{
    int64_t n = settings_int(s, "http.workers");

    if (n == 0)
        n = sysconf(_SC_NPROCESSORS_ONLN);
    if (n < 2 && settings_int(s, "http.workers") == 0)
        n = 2;
    return n > WORKERS_MAX ? WORKERS_MAX : (int)n;
}

static bool pages_open(struct master *m)
{
    m->slots_fd = slots_create();
    m->slots = m->slots_fd >= 0 ? slots_map(m->slots_fd) : NULL;
    m->meters_fd = meter_page_create();
    m->paces_fd = pace_page_create();
    m->once_fd = once_create();
    if (m->slots && m->meters_fd >= 0 && meter_open(m->meters_fd) && m->paces_fd >= 0 &&
        m->once_fd >= 0)
        return true;
    log_line(LOG_ERROR, "start_failed", "shared memory: %s", strerror(errno));
    return false;
}

static void judge_begin(struct master *m)
{
    const struct settings *s = m->settings;

    m->judge = (struct judge){.table = &m->slots->quarantine,
                              .dir = settings_text(s, "plugins.quarantine"),
                              .limit = (int)settings_int(s, "plugins.crash_limit"),
                              .window = settings_int(s, "plugins.crash_window_s") * 1000000};
    judge_open(&m->judge);
}

/* The place of an embedded server; false when it is taken or cannot be made. */
static bool place_open(struct master *m)
{
    const struct place *p = m->settings->place;
    struct arena *a = m->settings->arena;
    char *why = NULL;

    if (place_make(a, p, &why) && place_lock(a, p, &why) >= 0)
        return true;
    log_line(LOG_ERROR, "start_failed", "%s", why);
    return false;
}

static enum process_end boot(struct master *m)
{
    enum process_end end = PROCESS_OK;
    char *why = NULL;

    if (!pages_open(m) || !signals_open(&m->signals))
        return PROCESS_FAILED;
    /* orphaned backends of a killed postmaster become ours, so that we can end them */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return PROCESS_FAILED;
    if (m->settings->place && !place_open(m))
        return PROCESS_FAILED;
    if (!listeners_open(m))
        return m->signals.stop ? PROCESS_STOPPED : PROCESS_FAILED;
    judge_begin(m);
    if (m->settings->place) {
        end = stage_make(m->settings, 0, &m->now.exe, &m->signals);
        if (end == PROCESS_OK)
            end = database_boot(m);
    }
    if (end != PROCESS_OK)
        return end;
    if (!control_open(&m->control, m->settings->arena,
                      settings_text(m->settings, "process.control"), &why)) {
        log_line(LOG_ERROR, "start_failed", "%s", why);
        return PROCESS_FAILED;
    }
    child_add(m, CHILD_JOBS);
    for (int i = 1; i <= workers_wanted(m->now.settings); i++)
        child_add(m, CHILD_WORKER);
    if (m->settings->place &&
        !place_write(m->settings->arena, m->settings->place, m->address, &why)) {
        log_line(LOG_ERROR, "start_failed", "%s", why);
        return PROCESS_FAILED;
    }
    return PROCESS_OK;
}

static enum exit_status serve(struct settings *s, const char *workers)
{
    const char *exe = exe_path(s->arena);
    struct master m = {.settings = s,
                       .exe = exe,
                       .workers = workers,
                       .now = {.settings = s, .exe = exe},
                       .control = {.listener = -1, .client = -1},
                       .listen_fd = -1,
                       .slots_fd = -1,
                       .meters_fd = -1,
                       .once_fd = -1,
                       .paces_fd = -1,
                       .metrics_fd = -1};
    enum exit_status status;
    char *why = NULL;
    enum process_end end;

    log_open("master", settings_log_level(s));
    if (!s->place && !(*settings_text(s, "db.app_dsn") && *settings_text(s, "db.gate_dsn"))) {
        fputs("wulian serve: no database: give --embedded DIR, or db.app_dsn and db.gate_dsn\n",
              stderr);
        return EXIT_USAGE;
    }
    if (!place_user(s, &m.drop, &m.uid, &m.gid, &why)) {
        log_line(LOG_ERROR, "start_failed", "%s", why);
        return EXIT_FAILED;
    }
    end = boot(&m);
    if (end == PROCESS_FAILED)
        m.failed = true;
    if (m.n == 0)
        return m.failed ? EXIT_FAILED : EXIT_OK;
    status = master_loop(&m);
    control_close(&m.control);
    settings_free(&m.fresh[0]);
    settings_free(&m.fresh[1]);
    return status;
}

/* --workers N, and the folder of --embedded, which settings can only find when it exists. */
static bool own_options(int *argc, char **argv, const char **workers)
{
    for (int i = 1; i < *argc; i++) {
        if (!str_eq(argv[i], "--embedded") || i + 1 >= *argc)
            continue;
        if (mkdir(argv[i + 1], 0755) != 0 && errno != EEXIST) {
            fprintf(stderr, "wulian serve: %s: %s\n", argv[i + 1], strerror(errno));
            return false;
        }
    }
    for (int i = 1; i + 1 < *argc; i++) {
        if (!str_eq(argv[i], "--workers"))
            continue;
        *workers = argv[i + 1];
        memmove(argv + i, argv + i + 2, (size_t)(*argc - i - 1) * sizeof *argv);
        *argc -= 2;
    }
    return true;
}

int cmd_serve(int argc, char **argv)
{
    struct settings s = {0};
    const char *workers = NULL;
    enum exit_status status = EXIT_USAGE;
    int64_t n;

    if (!own_options(&argc, argv, &workers))
        return EXIT_FAILED;
    if (!settings_from_args(&s, &argc, argv))
        goto out;
    if (s.help) {
        fputs(usage, stdout);
        settings_help(stdout);
        status = EXIT_OK;
    } else if (argc > 1) {
        fprintf(stderr, "wulian serve: unknown option %s\n%s", argv[1], usage);
    } else if (workers && (!str_int64(workers, &n) || n < 1 || n > WORKERS_MAX)) {
        fprintf(stderr, "wulian serve: --workers must be 1 to %d\n", WORKERS_MAX);
    } else {
        if (workers)
            settings_set(&s, "http.workers", workers);
        status = serve(&s, workers);
    }
out:
    settings_free(&s);
    return status;
}
