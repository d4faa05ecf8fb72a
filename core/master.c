#include "master.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "place.h"
#include "settings.h"
#include "slots.h"

enum {
    MS = 1000,
    SECOND = 1000 * MS,
    STEADY_US = 5 * SECOND, /* who lived that long starts again at once */
    BACKOFF_US = 100 * MS,  /* then after 200, 400 … ms */
    READY_US = 60 * SECOND,
    DRAIN_US = 30 * SECOND,
    HALT_FAST_US = 60 * SECOND,  /* fast shutdown of the database, with its checkpoint */
    HALT_QUICK_US = 70 * SECOND, /* then immediate, then kill */
    TICK_MS = 1000
};

/* One row per kind; what a child may not know is withheld from its environment. */
static const struct {
    const char *name;
    int stop;
    int doublings; /* of the back-off, at most: nothing works without the database, so it waits
                      least */
    const char *withheld;
} kinds[] = {
    [CHILD_DATABASE] = {"database", SIGINT, 2, "*"},
    [CHILD_JOBS] = {"jobs", SIGTERM, 5, "db.owner_dsn db.install_dsn"},
    [CHILD_WORKER] = {"worker", SIGTERM, 4, "db.owner_dsn db.install_dsn"},
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- starting --------------------------------------------------------------------------------- */

struct child *child_add(struct master *m, enum child_kind kind, int index)
{
    struct child *c = &m->child[m->n++];

    *c = (struct child){.kind = kind, .index = index, .ready_fd = -1};
    return c;
}

static bool ready_pipe(int fd[2])
{
    if (pipe(fd) != 0)
        return false;
    fcntl(fd[0], F_SETFD, FD_CLOEXEC);
    fcntl(fd[0], F_SETFL, O_NONBLOCK);
    fcntl(fd[1], F_SETFD, FD_CLOEXEC);
    return true;
}

/* Executes ourselves under another subcommand: a fresh address space for each process. */
static pid_t self_start(struct master *m, const struct child *c, int ready_fd)
{
    struct arena *a = arena_new(1 << 18);
    const char *name = kinds[c->kind].name;
    char *argv[] = {arena_strdup(a, m->exe),
                    arena_strdup(a, name),
                    arena_printf(a, "--index=%d", c->index),
                    arena_printf(a, "--slots=%d", m->slots_fd),
                    arena_printf(a, "--ready=%d", ready_fd),
                    arena_printf(a, "--listen=%d", m->listen_fd),
                    NULL};
    struct launch l = {.name = name,
                       .argv = argv,
                       .drop = m->drop,
                       .uid = m->uid,
                       .gid = m->gid,
                       .env = settings_environment(a, m->settings, kinds[c->kind].withheld),
                       .keep = {m->slots_fd, ready_fd, m->listen_fd},
                       .nkeep = 3,
                       .death_signal = SIGKILL};
    pid_t pid;

    if (c->kind == CHILD_JOBS) {
        argv[5] = NULL;
        l.nkeep = 2;
    }
    memset(m->slots->slot[c->index], 0, sizeof m->slots->slot[c->index]);
    pid = process_start(&l);
    arena_free(a);
    return pid;
}

static pid_t database_start(struct master *m)
{
    pid_t known[CHILDREN_MAX];
    int n = 0;

    for (int i = 0; i < m->n; i++)
        if (m->child[i].pid)
            known[n++] = m->child[i].pid;
    orphans_kill(known, n);
    return cluster_start(&m->cluster);
}

static void child_missed(struct child *c)
{
    int most = kinds[c->kind].doublings;
    int doublings = c->fails < most ? c->fails : most;

    c->due = clock_mono() + (c->fails ? (int64_t)BACKOFF_US << doublings : 0);
    c->fails++;
}

void child_start(struct master *m, struct child *c)
{
    int fd[2] = {-1, -1};

    c->started = clock_mono();
    c->ready = false;
    if (c->kind == CHILD_DATABASE)
        c->pid = database_start(m);
    else
        c->pid = ready_pipe(fd) ? self_start(m, c, fd[1]) : -1;
    if (fd[1] >= 0)
        close(fd[1]);
    c->ready_fd = fd[0];
    if (c->pid > 0) {
        log_line(LOG_INFO, "start", "%s %d: pid %ld", kinds[c->kind].name, c->index, (long)c->pid);
        return;
    }
    log_line(LOG_ERROR, "start_failed", "%s: %s", kinds[c->kind].name, strerror(errno));
    if (c->ready_fd >= 0)
        close(c->ready_fd);
    c->ready_fd = -1;
    c->pid = 0;
    child_missed(c);
}

/* --- ending ----------------------------------------------------------------------------------- */

static void guilty_log(const struct master *m, const struct child *c)
{
    for (int i = 0; i < SLOTS_THREADS; i++) {
        const struct crash_slot *s = &m->slots->slot[c->index][i];

        /* the page is the dead process's own: its texts may lack their end */
        if (atomic_load_explicit(&s->busy, memory_order_acquire))
            log_line(LOG_ERROR, "plugin_crash",
                     "%s %d was in plugin %.*s %.*s, route %.*s, request %.*s, for %lld ms",
                     kinds[c->kind].name, c->index, SLOT_PLUGIN, s->plugin, SLOT_VERSION,
                     s->version, SLOT_ROUTE, s->route, SLOT_REQUEST, s->request,
                     (long long)((clock_mono() - s->since) / MS));
    }
}

static void child_ended(struct master *m, struct child *c, int status)
{
    bool stopping = m->drain_since != 0;
    bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    enum log_level level = stopping && clean ? LOG_INFO : LOG_ERROR;

    if (WIFSIGNALED(status))
        log_line(LOG_ERROR, "end", "%s %d (pid %ld): signal %d", kinds[c->kind].name, c->index,
                 (long)c->pid, WTERMSIG(status));
    else
        log_line(level, "end", "%s %d (pid %ld): exit status %d", kinds[c->kind].name, c->index,
                 (long)c->pid, WEXITSTATUS(status));
    if (WIFSIGNALED(status) && c->kind != CHILD_DATABASE)
        guilty_log(m, c);
    if (!m->serving && !stopping && WIFEXITED(status) && !c->ready)
        m->failed = true;
    if (clock_mono() - c->started > STEADY_US)
        c->fails = 0;
    if (c->ready_fd >= 0)
        close(c->ready_fd);
    c->ready_fd = -1;
    c->ready = false;
    c->pid = 0;
    child_missed(c);
}

void children_reap(struct master *m)
{
    int status;
    pid_t pid;

    /* also takes orphans that we inherited as subreaper and that ended by themselves */
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (int i = 0; i < m->n; i++)
            if (m->child[i].pid == pid)
                child_ended(m, &m->child[i], status);
}

static int alive(const struct master *m, bool database)
{
    int n = 0;

    for (int i = 0; i < m->n; i++)
        if (m->child[i].pid && (m->child[i].kind == CHILD_DATABASE) == database)
            n++;
    return n;
}

static void signal_all(struct master *m, bool database, int sig)
{
    for (int i = 0; i < m->n; i++) {
        const struct child *c = &m->child[i];

        if (c->pid && (c->kind == CHILD_DATABASE) == database)
            kill(c->pid, sig ? sig : kinds[c->kind].stop);
    }
}

/* First the processes that answer, then the database that they answer from. */
static void stop_step(struct master *m)
{
    int64_t now = clock_mono();

    if (!m->drain_since) {
        m->drain_since = now;
        log_line(LOG_INFO, "drain", "finishing what is in flight");
        signal_all(m, false, 0);
    }
    if (alive(m, false)) {
        if (now - m->drain_since > DRAIN_US)
            signal_all(m, false, SIGKILL);
        return;
    }
    if (!m->halt_since) {
        m->halt_since = now;
        signal_all(m, true, 0);
    } else if (now - m->halt_since > HALT_QUICK_US) {
        signal_all(m, true, SIGKILL);
    } else if (now - m->halt_since > HALT_FAST_US) {
        signal_all(m, true, SIGQUIT);
    }
}

/* --- the loop --------------------------------------------------------------------------------- */

static void ready_take(struct master *m, struct child *c)
{
    char byte;
    ssize_t n = read(c->ready_fd, &byte, 1);

    if (n < 0)
        return;
    close(c->ready_fd);
    c->ready_fd = -1;
    if (n == 0)
        return; /* it is ending; the reaper says how */
    c->ready = true;
    log_line(LOG_INFO, "ready", "%s %d after %lld ms", kinds[c->kind].name, c->index,
             (long long)((clock_mono() - c->started) / MS));
    for (int i = 0; i < m->n; i++)
        if (m->child[i].kind != CHILD_DATABASE && !m->child[i].ready)
            return;
    if (!m->serving) {
        m->serving = true;
        printf("Wulian serves http://%s/\n", m->address);
        fflush(stdout);
    }
}

static void children_wait(struct master *m, int ms)
{
    struct pollfd p[CHILDREN_MAX + 1] = {{.fd = m->signals.fd, .events = POLLIN}};

    for (int i = 0; i < m->n; i++)
        p[i + 1] = (struct pollfd){.fd = m->child[i].ready_fd, .events = POLLIN};
    poll(p, (nfds_t)m->n + 1, ms);
    for (int i = 0; i < m->n; i++)
        if (p[i + 1].revents)
            ready_take(m, &m->child[i]);
    signals_take(&m->signals, 0);
}

/* Starts who is due; returns for how many milliseconds nothing else is. */
static int children_start(struct master *m)
{
    int64_t now = clock_mono();
    int64_t wait = (int64_t)TICK_MS * MS;

    for (int i = 0; i < m->n; i++) {
        struct child *c = &m->child[i];

        if (c->pid && c->ready_fd >= 0 && now - c->started > READY_US) {
            log_line(LOG_ERROR, "not_ready", "%s %d: killed", kinds[c->kind].name, c->index);
            kill(c->pid, SIGKILL);
            m->failed = m->failed || !m->serving;
        }
        if (c->pid || (m->drain_since && c->kind != CHILD_DATABASE) || m->halt_since)
            continue;
        if (c->due <= now)
            child_start(m, c);
        else
            wait = least(wait, c->due - now);
    }
    return (int)(wait / MS) + 1;
}

enum exit_status master_loop(struct master *m)
{
    for (;;) {
        int ms;

        children_reap(m);
        if (m->signals.stop || m->failed)
            stop_step(m);
        if (m->halt_since && !alive(m, true))
            break;
        ms = children_start(m);
        children_wait(m, ms);
    }
    log_line(LOG_INFO, "stopped",
             m->failed ? "the server could not start" : "everything has ended");
    return m->failed ? EXIT_FAILED : EXIT_OK;
}
