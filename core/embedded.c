#include "embedded.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "place.h"
#include "settings.h"

enum {
    OLDEST_MAJOR = 15,
    SMALL_FILE = 1024,
    POLL_MS = 50,
    FAST_US =
        20 * 1000 * 1000, /* how long a left-over postmaster may take to shut down by itself */
    KILL_US = 30 * 1000 * 1000,
    ORPHAN_ROUNDS = 500, /* of 10 ms */
    STATUS_LINE = 8      /* of postmaster.pid, LOCK_FILE_LINE_PM_STATUS */
};

/* What must hold for every cluster; given on the command line, so that neither postgresql.conf nor
 * ALTER SYSTEM overrides it. Parameters and statement texts never reach the log: they may be
 * personal data. */
static const char *const fixed[] = {
    "listen_addresses=",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "log_statement=none",
    "idle_in_transaction_session_timeout=60s",
    "password_encryption=scram-sha-256",
    "timezone=UTC",
    "log_timezone=UTC",
    "cluster_name=wulian",
    "logging_collector=on",
    "log_directory=log",
    "log_filename=postgresql-%a.log",
    "log_truncate_on_rotation=on",
    "log_rotation_age=1d",
    "log_rotation_size=0",
};

/* First values of what an operator may tune in postgresql.conf. */
static const char tunable[] = "\n# Wulian's first values; change them as the machine allows\n"
                              "max_connections = 200\n"
                              "shared_buffers = 256MB\n"
                              "max_wal_size = 4GB\n"
                              "random_page_cost = 1.1\n"
                              "jit = off\n";

/* --- small files ------------------------------------------------------------------------------ */

/* The first bytes of a file, NUL-terminated; false when it cannot be read. */
static bool small_read(const char *path, char out[SMALL_FILE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, out, SMALL_FILE - 1) : -1;

    if (fd >= 0)
        close(fd);
    out[n > 0 ? n : 0] = '\0';
    return n >= 0;
}

static bool pid_read(const struct cluster *c, char text[SMALL_FILE], pid_t *pid)
{
    char path[SMALL_FILE];
    char *end;
    long v;

    if (!str_format(path, sizeof path, "%s/postmaster.pid", c->place->data) ||
        !small_read(path, text))
        return false;
    v = strtol(text, &end, 10);
    *pid = (pid_t)v;
    return end != text && v > 1;
}

/* --- finding PostgreSQL ----------------------------------------------------------------------- */

/* An existing cluster needs the programs of its own major version. */
static int major_of_data(const struct place *p)
{
    char path[SMALL_FILE];
    char text[SMALL_FILE];

    if (!str_format(path, sizeof path, "%s/PG_VERSION", p->data) || !small_read(path, text))
        return 0;
    return (int)strtol(text, NULL, 10);
}

static const char *bin_find(const struct settings *s)
{
    static const char *const pattern = "/usr/lib/postgresql/*/bin/postgres";
    const char *set = settings_text(s, "embedded.bin");
    int wanted = major_of_data(s->place);
    int best = 0;
    glob_t found;

    if (*set)
        return set;
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            int major = (int)strtol(found.gl_pathv[i] + strlen("/usr/lib/postgresql/"), NULL, 10);

            if (major > best && major >= OLDEST_MAJOR && (!wanted || major == wanted))
                best = major;
        }
        globfree(&found);
    }
    if (best)
        return arena_printf(s->arena, "/usr/lib/postgresql/%d/bin", best);
    if (wanted)
        log_line(LOG_ERROR, "no_postgresql",
                 "the data needs PostgreSQL %d: apt-get install "
                 "postgresql-%d",
                 wanted, wanted);
    else
        log_line(LOG_ERROR, "no_postgresql",
                 "PostgreSQL %d or later not found below "
                 "/usr/lib/postgresql: apt-get install postgresql (deploy/bootstrap does it)",
                 OLDEST_MAJOR);
    return NULL;
}

/* --- making ----------------------------------------------------------------------------------- */

static struct launch launch_of(const struct cluster *c, const char *name, char *const *argv)
{
    return (struct launch){.name = name,
                           .argv = argv,
                           .env = c->env,
                           .drop = c->place->drop,
                           .uid = c->place->uid,
                           .gid = c->place->gid,
                           .quiet = true,
                           .death_signal = SIGKILL,
                           .dir = c->place->socket};
}

/* Who may connect as whom. Only peers of the socket: there is no password to lose. */
static bool rules_write(const struct cluster *c, char **why)
{
    static const char hba[] = "local all all peer map=wulian\n";
    static const char *const roles[] = {"wulian_app", "wulian_gate", "wulian_owner"};
    const struct place *p = c->place;
    struct arena *a = c->settings->arena;
    char *ident = arena_printf(a, "wulian \"%s\" postgres\n", p->owner);

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        ident = arena_printf(a, "%swulian \"%s\" %s\n", ident, p->user, roles[i]);
        if (!str_eq(p->user, p->owner))
            ident = arena_printf(a, "%swulian \"%s\" %s\n", ident, p->owner, roles[i]);
    }
    return file_replace(a, arena_printf(a, "%s/pg_hba.conf", p->state), hba, 0644, why) &&
           file_replace(a, arena_printf(a, "%s/pg_ident.conf", p->state), ident, 0644, why);
}

static bool tunable_append(const char *path)
{
    FILE *f = fopen(path, "ae");
    bool ok = f && fputs(tunable, f) >= 0;

    return f && fclose(f) == 0 && ok;
}

/* One command through a single-user postgres: no server, no connection. */
static enum process_end database_make(const struct cluster *c, char *fresh, struct signals *signals)
{
    struct arena *a = c->settings->arena;
    char *postgres = arena_printf(a, "%s/postgres", c->bin);
    char *argv[] = {postgres,
                    (char[]){"--single"},
                    (char[]){"-D"},
                    fresh,
                    (char[]){"-c"},
                    (char[]){"log_checkpoints=off"},
                    (char[]){"postgres"},
                    NULL};
    struct launch l = launch_of(c, "create database", argv);
    enum process_end end;
    char *why = NULL;

    l.input = arena_printf(a, "%s/first.sql", c->place->state);
    if (!file_replace(a, l.input, "create database wulian\n", 0644, &why)) {
        log_line(LOG_ERROR, "cluster_failed", "%s", why);
        return PROCESS_FAILED;
    }
    end = process_run(&l, signals);
    unlink(l.input);
    return end;
}

static enum process_end initdb_run(const struct cluster *c, char *fresh, struct signals *signals)
{
    char *initdb = arena_printf(c->settings->arena, "%s/initdb", c->bin);
    char *argv[] = {initdb,
                    (char[]){"-D"},
                    fresh,
                    (char[]){"--data-checksums"},
                    (char[]){"--encoding=UTF8"},
                    (char[]){"--locale=C.UTF-8"},
                    (char[]){"--username=postgres"},
                    (char[]){"--auth=peer"},
                    NULL};
    struct launch l = launch_of(c, "initdb", argv);

    return process_run(&l, signals);
}

static enum process_end fresh_remove(const struct cluster *c, char *fresh, struct signals *signals)
{
    char *argv[] = {(char[]){"/bin/rm"}, (char[]){"-rf"}, (char[]){"--"}, fresh, NULL};
    struct launch l = launch_of(c, "remove unfinished cluster", argv);

    /* the parent folder is the master's */
    l.drop = false;
    return process_run(&l, signals);
}

/* Made under another name and renamed when whole: a start that was cut short leaves no half
 * cluster. */
static enum process_end data_make(const struct cluster *c, struct signals *signals)
{
    const struct place *p = c->place;
    char *fresh = arena_printf(c->settings->arena, "%s.new", p->data);
    char *conf = arena_printf(c->settings->arena, "%s/postgresql.conf", fresh);
    enum process_end end = fresh_remove(c, fresh, signals);

    log_line(LOG_INFO, "cluster_make", "making the database cluster in %s", p->data);
    if (end == PROCESS_OK &&
        (mkdir(fresh, 0700) != 0 || (p->drop && chown(fresh, p->uid, p->gid) != 0))) {
        log_line(LOG_ERROR, "cluster_failed", "%s: %s", fresh, strerror(errno));
        end = PROCESS_FAILED;
    }
    if (end == PROCESS_OK)
        end = initdb_run(c, fresh, signals);
    if (end == PROCESS_OK)
        end = database_make(c, fresh, signals);
    if (end == PROCESS_OK && (!tunable_append(conf) || rename(fresh, p->data) != 0)) {
        log_line(LOG_ERROR, "cluster_failed", "%s: %s", fresh, strerror(errno));
        end = PROCESS_FAILED;
    }
    return end;
}

enum process_end cluster_make(struct cluster *c, const struct settings *s, struct signals *signals)
{
    struct stat st;
    char *why = NULL;

    *c = (struct cluster){.settings = s, .place = s->place, .bin = bin_find(s), .hold_fd = -1};
    c->env = settings_environment(s->arena, s, "*");
    if (!c->bin)
        return PROCESS_FAILED;
    if (!rules_write(c, &why)) {
        log_line(LOG_ERROR, "cluster_failed", "%s", why);
        return PROCESS_FAILED;
    }
    if (stat(c->place->data, &st) == 0)
        return PROCESS_OK;
    return data_make(c, signals);
}

/* --- what an earlier master left -------------------------------------------------------------- */

/* Every process of a cluster works in its data folder. */
static bool runs_on_data(const struct cluster *c, pid_t pid)
{
    char link[64];
    char cwd[SMALL_FILE];
    ssize_t n;

    str_format(link, sizeof link, "/proc/%ld/cwd", (long)pid);
    n = readlink(link, cwd, sizeof cwd - 1);
    cwd[n > 0 ? n : 0] = '\0';
    return str_eq(cwd, c->place->data);
}

/* A live process with the number in postmaster.pid is our postmaster only if it works there. */
static bool postmaster_find(const struct cluster *c, pid_t *pid)
{
    char text[SMALL_FILE];

    return pid_read(c, text, pid) && runs_on_data(c, *pid);
}

/* Whether a process has that file open. */
static bool has_open(pid_t pid, const struct stat *file)
{
    char path[64];
    struct stat st;
    const struct dirent *e;
    bool found = false;
    DIR *fds;

    str_format(path, sizeof path, "/proc/%ld/fd", (long)pid);
    fds = opendir(path);
    while (fds && !found && (e = readdir(fds)))
        found = fstatat(dirfd(fds), e->d_name, &st, 0) == 0 && st.st_dev == file->st_dev &&
                st.st_ino == file->st_ino;
    if (fds)
        closedir(fds);
    return found;
}

/* Backends in a long computation do not notice for a while that their postmaster is gone, and
 * PostgreSQL starts none while they have its shared memory. Who holds the lock is theirs; a shell
 * that an operator left in the folder is not. */
static void strays_kill(const struct cluster *c)
{
    struct stat lock;
    DIR *proc = fstat(c->hold_fd, &lock) == 0 ? opendir("/proc") : NULL;
    const struct dirent *e;
    int64_t pid;

    while (proc && (e = readdir(proc)))
        if (str_int64(e->d_name, &pid) && pid != getpid() && has_open((pid_t)pid, &lock)) {
            log_line(LOG_WARN, "left_over",
                     "killing the database process %lld of an earlier server", (long long)pid);
            kill((pid_t)pid, SIGKILL);
        }
    if (proc)
        closedir(proc);
}

/* Asks a left-over postmaster more and more urgently; `*sent` is the signal it got last. */
static void postmaster_stop(pid_t pid, int64_t waited, int *sent)
{
    int want = waited > KILL_US ? SIGKILL : waited > FAST_US ? SIGQUIT : SIGINT;

    if (want == *sent)
        return;
    log_line(LOG_WARN, "left_over", "stopping the postmaster %ld that an earlier server left",
             (long)pid);
    kill(pid, want);
    *sent = want;
}

static bool hold_take(struct cluster *c)
{
    char path[SMALL_FILE];

    if (c->hold_fd < 0 && str_format(path, sizeof path, "%s/lock.data", c->place->state))
        c->hold_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return c->hold_fd >= 0 && flock(c->hold_fd, LOCK_EX | LOCK_NB) == 0;
}

enum process_end cluster_clear(struct cluster *c, struct signals *signals)
{
    int64_t began = clock_mono();
    bool found;
    int sent = 0;
    pid_t pid;

    /* the lock tells also of one that has not written its number yet */
    while ((found = postmaster_find(c, &pid)) || !hold_take(c)) {
        if (!found && c->hold_fd < 0) {
            log_line(LOG_ERROR, "cluster_failed", "%s/lock.data: %s", c->place->state,
                     strerror(errno));
            return PROCESS_FAILED;
        }
        if (found)
            postmaster_stop(pid, clock_mono() - began, &sent);
        else
            strays_kill(c);
        signals_take(signals, POLL_MS);
        if (signals->stop)
            return PROCESS_STOPPED;
    }
    return PROCESS_OK;
}

static void stale_remove(const char *folder, const char *name)
{
    char path[SMALL_FILE];

    if (str_format(path, sizeof path, "%s/%s", folder, name) && unlink(path) == 0)
        log_line(LOG_INFO, "stale_pid", "removed the stale %s", path);
}

/* PostgreSQL would take a process that has the old number by chance, even a zombie, for the old
 * server. */
static void stale_pids_remove(const struct cluster *c)
{
    pid_t pid;

    if (postmaster_find(c, &pid))
        return;
    stale_remove(c->place->data, "postmaster.pid");
    stale_remove(c->place->socket, ".s.PGSQL.5432.lock");
}

/* --- running ---------------------------------------------------------------------------------- */

pid_t cluster_start(const struct cluster *c)
{
    enum { FIXED = sizeof fixed / sizeof fixed[0], OWN = 3 };
    struct arena *a = arena_new(1 << 16);
    const struct place *p = c->place;
    char *argv[3 + 2 * (FIXED + OWN) + 1];
    size_t n = 0;
    struct launch l;
    pid_t pid;

    stale_pids_remove(c);
    argv[n++] = arena_printf(a, "%s/postgres", c->bin);
    argv[n++] = arena_strdup(a, "-D");
    argv[n++] = arena_strdup(a, p->data);
    for (size_t i = 0; i < FIXED; i++) {
        argv[n++] = arena_strdup(a, "-c");
        argv[n++] = arena_strdup(a, fixed[i]);
    }
    argv[n++] = arena_strdup(a, "-c");
    argv[n++] = arena_printf(a, "unix_socket_directories=%s", p->socket);
    argv[n++] = arena_strdup(a, "-c");
    argv[n++] = arena_printf(a, "hba_file=%s/pg_hba.conf", p->state);
    argv[n++] = arena_strdup(a, "-c");
    argv[n++] = arena_printf(a, "ident_file=%s/pg_ident.conf", p->state);
    argv[n] = NULL;
    l = launch_of(c, "postgres", argv);
    /* fast shutdown: what a killed master leaves behind ends by itself, and cleanly */
    l.death_signal = SIGINT;
    l.keep[l.nkeep++] = c->hold_fd;
    pid = process_start(&l);
    arena_free(a);
    return pid;
}

bool cluster_ready(const struct cluster *c)
{
    char text[SMALL_FILE];
    char *line = text;
    pid_t pid;

    if (!pid_read(c, text, &pid))
        return false;
    for (int i = 1; i < STATUS_LINE; i++) {
        line = strchr(line, '\n');
        if (!line)
            return false;
        line++;
    }
    return str_starts(line, "ready");
}

/* --- orphans ---------------------------------------------------------------------------------- */

/* The parent of a process, from /proc/<pid>/stat: "pid (comm) state ppid …"; comm may hold
 * anything. */
static pid_t parent_of(const char *pid)
{
    char path[64];
    char text[SMALL_FILE];
    const char *end;

    if (!str_format(path, sizeof path, "/proc/%s/stat", pid) || !small_read(path, text))
        return -1;
    end = strrchr(text, ')');
    return end && strlen(end) > 4 ? (pid_t)strtol(end + 4, NULL, 10) : -1;
}

static bool is_known(const pid_t *known, int n, pid_t pid)
{
    for (int i = 0; i < n; i++)
        if (known[i] == pid)
            return true;
    return false;
}

static int orphans_round(const pid_t *known, int n)
{
    DIR *proc = opendir("/proc");
    const struct dirent *e;
    int found = 0;

    while (proc && (e = readdir(proc))) {
        int64_t pid;

        if (!str_int64(e->d_name, &pid) || parent_of(e->d_name) != getpid() ||
            is_known(known, n, (pid_t)pid))
            continue;
        /* their shared memory is void without a postmaster: nothing is gained by asking politely */
        kill((pid_t)pid, SIGKILL);
        waitpid((pid_t)pid, NULL, WNOHANG);
        found++;
    }
    if (proc)
        closedir(proc);
    return found;
}

void orphans_kill(const pid_t *known, int n)
{
    const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};

    for (int i = 0; i < ORPHAN_ROUNDS && orphans_round(known, n); i++)
        nanosleep(&pause, NULL);
}
