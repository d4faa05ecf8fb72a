#define _XOPEN_SOURCE 700 /* nftw */
#include "testdb.h"

#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

enum { START_TRIES = 300, TRY_MS = 100, PATH_TEXT = 256 };

static void nap(int ms)
{
    struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&ts, NULL);
}

static bool fail(const char *what, const struct testdb *c)
{
    char path[PATH_TEXT];
    char line[PATH_TEXT];
    FILE *log = str_format(path, sizeof path, "%s/log", c->dir) ? fopen(path, "re") : NULL;

    fprintf(stderr, "test cluster: %s\n", what);
    while (log && fgets(line, sizeof line, log))
        fputs(line, stderr);
    if (log)
        fclose(log);
    return false;
}

/* --- where the programs are --- */

static bool has_server(const char *dir)
{
    char path[PATH_TEXT];
    return str_format(path, sizeof path, "%s/postgres", dir) && access(path, X_OK) == 0;
}

static bool bin_find(struct testdb *c)
{
    glob_t found = {0};
    FILE *p = popen("pg_config --bindir 2>/dev/null", "r");
    bool ok = p && fgets(c->bin, sizeof c->bin, p);
    if (p)
        pclose(p);
    c->bin[strcspn(c->bin, "\n")] = '\0';
    if (ok && has_server(c->bin))
        return true;
    ok = false;
    if (glob("/usr/lib/postgresql/*/bin", 0, NULL, &found) == 0)
        for (size_t i = found.gl_pathc; i > 0 && !ok; i--) /* the newest */
            ok = has_server(found.gl_pathv[i - 1]) &&
                 str_format(c->bin, sizeof c->bin, "%s", found.gl_pathv[i - 1]);
    globfree(&found);
    return ok;
}

static bool account_find(struct testdb *c)
{
    static const char *const accounts[] = {"postgres", "wulian", "nobody"};
    c->uid = getuid();
    c->gid = getgid();
    if (c->uid != 0)
        return true;
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        struct passwd *p = getpwnam(accounts[i]);
        if (p) {
            c->uid = p->pw_uid;
            c->gid = p->pw_gid;
            return true;
        }
    }
    return false;
}

/* --- running them --- */

static _Noreturn void child_exec(const struct testdb *c, char *argv[])
{
    char path[PATH_TEXT];
    int out = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (getuid() == 0 && (setgroups(0, NULL) != 0 || setgid(c->gid) != 0 || setuid(c->uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT); /* a test that crashes leaves no server behind */
    dup2(out, 1);
    dup2(out, 2);
    if (str_format(path, sizeof path, "%s/%s", c->bin, argv[0])) {
        argv[0] = path; /* initdb looks for its siblings beside itself, else along PATH */
        execv(path, argv);
    }
    _exit(127);
}

static pid_t child_start(const struct testdb *c, char *argv[])
{
    pid_t pid = fork();
    if (pid == 0) {
        if (chdir(c->dir) != 0)
            _exit(125);
        child_exec(c, argv);
    }
    return pid;
}

static bool child_ends_well(pid_t pid)
{
    int status = 1;
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static bool server_answers(const struct testdb *c)
{
    char host[PATH_TEXT];
    str_format(host, sizeof host, "%s", c->dir);
    char *argv[] = {(char[]){"pg_isready"}, (char[]){"-q"}, (char[]){"-h"}, host, NULL};
    return child_ends_well(child_start(c, argv));
}

bool testdb_start(struct testdb *c)
{
    char *argv[] = {(char[]){"postgres"}, (char[]){"-D"}, (char[]){"data"}, NULL};
    c->postmaster = child_start(c, argv);
    for (int i = 0; i < START_TRIES; i++) {
        if (server_answers(c))
            return true;
        /* After a kill the old backends must be gone before a new postmaster may start. */
        if (waitpid(c->postmaster, NULL, WNOHANG) == c->postmaster)
            c->postmaster = child_start(c, argv);
        nap(TRY_MS);
    }
    return fail("the server does not answer:", c);
}

static bool settings_write(const struct testdb *c)
{
    char path[PATH_TEXT];
    str_format(path, sizeof path, "%s/data/postgresql.auto.conf", c->dir);
    FILE *f = fopen(path, "a");
    if (!f)
        return false;
    fprintf(f,
            "listen_addresses = ''\nunix_socket_directories = '%s'\nfsync = off\n"
            "shared_buffers = 16MB\nmax_connections = 40\nrestart_after_crash = on\n",
            c->dir);
    return fclose(f) == 0;
}

bool testdb_new(struct testdb *c)
{
    *c = (struct testdb){.dir = "/tmp/wulian-test-XXXXXX"};
    char *argv[] = {(char[]){"initdb"},     (char[]){"-D"},        (char[]){"data"},
                    (char[]){"-U"},         (char[]){"postgres"},  (char[]){"-A"},
                    (char[]){"trust"},      (char[]){"-E"},        (char[]){"UTF8"},
                    (char[]){"--locale=C"}, (char[]){"--no-sync"}, NULL};
    if (!bin_find(c))
        return fail("no PostgreSQL server found", c);
    if (!account_find(c))
        return fail("no unprivileged account to run the server", c);
    if (!mkdtemp(c->dir) || chown(c->dir, c->uid, c->gid) != 0)
        return fail("cannot make the directory", c);
    str_format(c->dsn, sizeof c->dsn, "host=%s user=postgres dbname=postgres", c->dir);
    if (!child_ends_well(child_start(c, argv)))
        return fail("initdb failed:", c);
    return settings_write(c) ? testdb_start(c) : fail("cannot write the settings", c);
}

void testdb_kill(struct testdb *c)
{
    kill(c->postmaster, SIGKILL);
    waitpid(c->postmaster, NULL, 0);
    c->postmaster = 0;
}

static int entry_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

void testdb_free(struct testdb *c)
{
    if (c->postmaster > 0) {
        kill(c->postmaster, SIGQUIT);
        waitpid(c->postmaster, NULL, 0);
    }
    nftw(c->dir, entry_remove, 32, FTW_DEPTH | FTW_PHYS);
}
