#define _GNU_SOURCE /* O_PATH */
#include "master.h"

#include <assert.h>
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
#include "base/meter.h"
#include "base/str.h"
#include "base/time.h"
#include "place.h"
#include "settings.h"
#include "slots.h"
#include "watchdog.h"

enum {
    MS = 1000,
    SECOND = 1000 * MS,
    STEADY_US = 5 * SECOND, /* who lived that long starts again at once */
    BACKOFF_US = 100 * MS,  /* then after 200, 400 … ms */
    READY_US = 60 * SECOND,
    DRAIN_US = 30 * SECOND,
    HALT_FAST_US = 60 * SECOND,  /* fast shutdown of the database, with its checkpoint */
    HALT_QUICK_US = 70 * SECOND, /* then immediate, then kill */
    DOOMED_US = 2 * SECOND,      /* for what else is in flight in a process that must end */
    TICK_MS = 1000
};

/* One row per kind; what a child may not know is withheld from its environment. */
static const struct {
    const char *name;
    int stop;
    int retire;    /* others have taken over */
    int doublings; /* of the back-off, at most: nothing works without the database, so it waits
                      least */
    const char *withheld;
} kinds[] = {
    [CHILD_DATABASE] = {"database", SIGINT, SIGINT, 2, "*"},
    [CHILD_JOBS] = {"jobs", SIGTERM, SIGTERM, 5, "db.owner_dsn db.install_dsn"},
    [CHILD_WORKER] = {"worker", SIGTERM, SIGNAL_RETIRE, 4, "db.owner_dsn db.install_dsn"},
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- starting --------------------------------------------------------------------------------- */

const char *child_name(const struct child *c, char out[CHILD_NAME])
{
    (void)str_format(out, CHILD_NAME, "%s %d", kinds[c->kind].name, c->index);
    return out;
}

static bool row_taken(const struct master *m, int row)
{
    for (int i = 0; i < m->n; i++)
        if (m->child[i].kind != CHILD_DATABASE && m->child[i].index == row)
            return true;
    return false;
}

struct child *child_add(struct master *m, enum child_kind kind)
{
    struct child *c = &m->child[m->n];
    int row = 0;

    assert(m->n < CHILDREN_MAX);
    while (kind != CHILD_DATABASE && row_taken(m, row))
        row++;
    *c = (struct child){.kind = kind, .index = row, .ready_fd = -1};
    m->n++;
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

void generation_end(struct generation *g)
{
    if (g->program)
        close(g->program);
    g->program = 0;
}

static int program_of(struct generation *g)
{
    if (!g->program)
        g->program = open(g->exe, O_PATH | O_CLOEXEC);
    if (g->program < 0)
        g->program = 0; /* it cannot be started either, which says why */
    return g->program;
}

/* Executes ourselves under another subcommand: a fresh address space for each process. */
static pid_t self_start(struct master *m, const struct child *c, int ready_fd)
{
    enum { FOR_JOBS = 8, WITHOUT_METRICS = 10, FOR_ALL = 11 };
    struct generation *g = c->age == AGE_NEXT ? &m->next : &m->now;
    struct arena *a = arena_new(1 << 18);
    const char *name = kinds[c->kind].name;
    char *argv[FOR_ALL + 2] = {arena_strdup(a, g->exe),
                               arena_strdup(a, name),
                               arena_printf(a, "--index=%d", c->index),
                               arena_printf(a, "--slots=%d", m->slots_fd),
                               arena_printf(a, "--meters=%d", m->meters_fd),
                               arena_printf(a, "--ready=%d", ready_fd),
                               arena_printf(a, "--once=%d", m->once_fd),
                               arena_printf(a, "--since=%lld", (long long)c->started),
                               arena_printf(a, "--listen=%d", m->listen_fd),
                               arena_printf(a, "--paces=%d", m->paces_fd),
                               arena_printf(a, "--metrics=%d", m->metrics_fd)};
    int given = c->kind == CHILD_JOBS ? FOR_JOBS : m->metrics_fd < 0 ? WITHOUT_METRICS : FOR_ALL;
    struct launch l = {.name = name,
                       .argv = argv,
                       .drop = m->drop,
                       .uid = m->uid,
                       .gid = m->gid,
                       .env = settings_environment(a, g->settings, kinds[c->kind].withheld),
                       .keep = {m->slots_fd, m->meters_fd, ready_fd, m->once_fd, m->listen_fd,
                                m->paces_fd, m->metrics_fd},
                       .nkeep = m->metrics_fd < 0 ? 6 : 7,
                       .program = program_of(g),
                       .death_signal = SIGKILL};
    pid_t pid;

    if (c->kind == CHILD_JOBS)
        l.nkeep = 4;
    argv[given] = c->again ? arena_strdup(a, "--again=1") : NULL;
    argv[given + 1] = NULL;
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
    c->doomed = 0;
    c->ready = false;
    *c->why = '\0';
    if (c->kind == CHILD_DATABASE)
        c->pid = database_start(m);
    else
        c->pid = ready_pipe(fd) ? self_start(m, c, fd[1]) : -1;
    if (fd[1] >= 0)
        close(fd[1]);
    c->ready_fd = fd[0];
    if (c->pid > 0) {
        meter_add(meter_named("wulian_process_starts_total{process=\"%s\"}", kinds[c->kind].name),
                  1);
        log_line(LOG_INFO, "start", "%s %d: pid %ld", kinds[c->kind].name, c->index, (long)c->pid);
        return;
    }
    (void)str_format(c->why, sizeof c->why, "%s", strerror(errno));
    log_line(LOG_ERROR, "start_failed", "%s: %s", kinds[c->kind].name, c->why);
    if (c->ready_fd >= 0)
        close(c->ready_fd);
    c->ready_fd = -1;
    c->pid = 0;
    child_missed(c);
}

static void all_ready(struct master *m)
{
    for (int i = 0; i < m->n; i++)
        if (m->child[i].kind != CHILD_DATABASE && !m->child[i].ready)
            return;
    if (m->serving)
        return;
    m->serving = true;
    printf("Wulian serves http://%s/\n", m->address);
    fflush(stdout);
}

/* "1", or why not (process_refuse): written at once, and shorter than what a pipe keeps whole. */
static void ready_take(struct master *m, struct child *c)
{
    ssize_t n = read(c->ready_fd, c->why, sizeof c->why - 1);

    if (n < 0)
        return;
    close(c->ready_fd);
    c->ready_fd = -1;
    c->why[n] = '\0';
    c->ready = str_eq(c->why, "1");
    if (!c->ready)
        return; /* it is ending; the reaper says how */
    *c->why = '\0';
    log_line(LOG_INFO, "ready", "%s %d after %lld ms", kinds[c->kind].name, c->index,
             (long long)((clock_mono() - c->started) / MS));
    all_ready(m);
}

/* --- ending ----------------------------------------------------------------------------------- */

/* What is in flight beside an overdue call has a moment to be answered. */
static void overdue_end(struct master *m)
{
    int64_t now = clock_mono();
    char name[CHILD_NAME];

    for (int i = 0; i < m->n; i++) {
        struct child *c = &m->child[i];

        if (c->kind != CHILD_WORKER || !c->pid)
            continue;
        if (watchdog_overdue(&m->judge, child_name(c, name), m->slots->slot[c->index], now)) {
            c->doomed = now + DOOMED_US;
            kill(c->pid, SIGNAL_RETIRE);
        } else if (c->doomed && now > c->doomed) {
            kill(c->pid, SIGKILL);
        }
    }
}

static void child_ended(struct master *m, struct child *c, int status)
{
    bool stopping = m->drain_since != 0;
    bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    bool meant = stopping || c->age == AGE_PAST;
    enum log_level level = meant && clean ? LOG_INFO : LOG_ERROR;
    char name[CHILD_NAME];
    bool blamed;

    meter_add(meter_named("wulian_process_ends_total{process=\"%s\",clean=\"%d\",wanted=\"%d\"}",
                          kinds[c->kind].name, clean, meant),
              1);
    if (c->ready_fd >= 0)
        ready_take(m, c);
    if (!*c->why)
        (void)str_format(c->why, sizeof c->why, "ended by %s %d%s",
                         WIFSIGNALED(status) ? "signal" : "exit status",
                         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                         c->ready ? "" : " before it was ready");
    if (WIFSIGNALED(status))
        log_line(LOG_ERROR, "end", "%s %d (pid %ld): signal %d", kinds[c->kind].name, c->index,
                 (long)c->pid, WTERMSIG(status));
    else
        log_line(level, "end", "%s %d (pid %ld): exit status %d", kinds[c->kind].name, c->index,
                 (long)c->pid, WEXITSTATUS(status));
    blamed = c->kind != CHILD_DATABASE &&
             watchdog_blame(&m->judge, child_name(c, name), m->slots->slot[c->index], status);
    /* who is held back after a few crashes does not keep the others from being served */
    if (!m->serving && !stopping && WIFEXITED(status) && !c->ready && !(blamed && m->judge.limit))
        m->failed = true;
    if (clock_mono() - c->started > STEADY_US)
        c->fails = 0;
    if (c->ready_fd >= 0)
        close(c->ready_fd);
    c->ready_fd = -1;
    c->again |= c->ready;
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
            if (m->child[i].pid == pid) {
                child_ended(m, &m->child[i], status);
                if (m->child[i].age == AGE_PAST)
                    m->child[i] = m->child[--m->n];
                break;
            }
}

void child_dismiss(struct master *m, struct child *c, int sig)
{
    if (!c->pid) {
        *c = m->child[--m->n];
        return;
    }
    c->age = AGE_PAST;
    c->left = clock_mono();
    kill(c->pid, sig ? sig : kinds[c->kind].retire);
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

static void children_wait(struct master *m, int ms)
{
    struct pollfd p[CHILDREN_MAX + 2] = {{.fd = m->signals.fd, .events = POLLIN},
                                         {.fd = control_fd(&m->control), .events = POLLIN}};
    const struct pollfd *ready = p + 2;

    for (int i = 0; i < m->n; i++)
        p[i + 2] = (struct pollfd){.fd = m->child[i].ready_fd, .events = POLLIN};
    poll(p, (nfds_t)m->n + 2, ms);
    for (int i = 0; i < m->n; i++)
        if (ready[i].revents)
            ready_take(m, &m->child[i]);
    control_step(&m->control, p[1].revents != 0);
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
        if (c->pid || c->age != AGE_NOW || (m->drain_since && c->kind != CHILD_DATABASE) ||
            m->halt_since)
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
        overdue_end(m);
        if (judge_look(&m->judge))
            m->signals.reload = true;
        if (m->signals.stop || m->failed)
            stop_step(m);
        else
            reload_step(m);
        if (m->halt_since && !alive(m, true))
            break;
        ms = children_start(m);
        children_wait(m, ms);
    }
    log_line(LOG_INFO, "stopped",
             m->failed ? "the server could not start" : "everything has ended");
    return m->failed ? EXIT_FAILED : EXIT_OK;
}
