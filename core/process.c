#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"

enum { EXEC_FAILED = 127, RUN_GRACE_US = 30 * 1000 * 1000, POLL_MS = 100 };

static _Noreturn void child_die(const struct launch *l, const char *what)
{
    log_line(LOG_ERROR, "start_failed", "%s: %s: %s", l->name, what, strerror(errno));
    _exit(EXEC_FAILED);
}

static void redirect(const struct launch *l, const char *path, int flags, int to)
{
    int fd = open(path, flags);

    if (fd < 0 || dup2(fd, to) < 0)
        child_die(l, path);
    if (fd != to)
        close(fd);
}

/* A shell that starts us in the background ignores SIGINT, and that would be inherited. */
static void signals_reset(void)
{
    static const int reset[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
                                SIGUSR1, SIGPIPE, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < sizeof reset / sizeof reset[0]; i++)
        signal(reset[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool is_named(const struct launch *l)
{
    struct stat opened, named;

    return fstat(l->program, &opened) == 0 && stat(l->argv[0], &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static void program_run(const struct launch *l)
{
    if (l->program && !is_named(l))
        fexecve(l->program, l->argv, l->env);
    else
        execve(l->argv[0], l->argv, l->env);
}

static _Noreturn void child_run(const struct launch *l, pid_t master)
{
    setsid();
    redirect(l, l->input ? l->input : "/dev/null", O_RDONLY, STDIN_FILENO);
    if (l->quiet)
        redirect(l, "/dev/null", O_WRONLY, STDOUT_FILENO);
    for (int i = 0; i < l->nkeep; i++)
        if (fcntl(l->keep[i], F_SETFD, 0) != 0)
            child_die(l, "fcntl");
    if (chdir(l->dir ? l->dir : "/") != 0)
        child_die(l, "chdir");
    if (l->drop && (setgroups(0, NULL) != 0 || setgid(l->gid) != 0 || setuid(l->uid) != 0))
        child_die(l, "setuid");
    umask(077);
    /* after setuid, which clears it */
    if (prctl(PR_SET_PDEATHSIG, l->death_signal) != 0)
        child_die(l, "prctl");
    if (getppid() != master)
        _exit(EXEC_FAILED);
    signals_reset();
    program_run(l);
    child_die(l, l->argv[0]);
}

pid_t process_start(const struct launch *l)
{
    pid_t master = getpid();
    pid_t pid = fork();

    if (pid == 0)
        child_run(l, master);
    return pid;
}

bool signals_open(struct signals *s)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return false;
    signal(SIGPIPE, SIG_IGN);
    s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->fd >= 0;
}

void signals_take(struct signals *s, int ms)
{
    struct pollfd p = {.fd = s->fd, .events = POLLIN};
    struct signalfd_siginfo info;

    poll(&p, 1, ms);
    while (read(s->fd, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
            s->stop = true;
        else if (info.ssi_signo == SIGHUP)
            s->reload = true;
    }
}

static enum process_end end_of(const struct launch *l, int status, bool stopped)
{
    if (stopped)
        return PROCESS_STOPPED;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return PROCESS_OK;
    if (WIFSIGNALED(status))
        log_line(LOG_ERROR, "step_failed", "%s: ended by signal %d", l->name, WTERMSIG(status));
    else
        log_line(LOG_ERROR, "step_failed", "%s: exit status %d", l->name, WEXITSTATUS(status));
    return PROCESS_FAILED;
}

enum process_end process_run(const struct launch *l, struct signals *s)
{
    pid_t pid = process_start(l);
    int64_t stopped = 0;
    int status = 0;
    pid_t got;

    if (pid < 0) {
        log_line(LOG_ERROR, "step_failed", "%s: fork: %s", l->name, strerror(errno));
        return PROCESS_FAILED;
    }
    while ((got = waitpid(pid, &status, WNOHANG)) == 0) {
        signals_take(s, POLL_MS);
        if (!s->stop)
            continue;
        if (!stopped) {
            stopped = clock_mono();
            kill(pid, SIGTERM);
        } else if (clock_mono() - stopped > RUN_GRACE_US) {
            kill(pid, SIGKILL);
        }
    }
    if (got < 0) {
        log_line(LOG_ERROR, "step_failed", "%s: wait: %s", l->name, strerror(errno));
        return PROCESS_FAILED;
    }
    return end_of(l, status, stopped != 0);
}
