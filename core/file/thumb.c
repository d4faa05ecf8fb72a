#define _GNU_SOURCE /* memfd_create, unshare, close_range */
#include "file/thumb.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/uuid.h"

enum {
    INPUT_MAX = 64 << 20,
    OUTPUT_MAX = 1 << 20,
    CPU_S = 10,
    WALL_US = 20 * 1000 * 1000,
    LOOK_NS = 10 * 1000 * 1000,
    NO_PROGRAM = 127
};

static char program[PATH_MAX];

void thumb_program(const char *path)
{
    str_format(program, sizeof program, "%s", path);
}

/* --- the child -------------------------------------------------------------------------------- */

static void limit(int what, rlim_t most)
{
    const struct rlimit r = {most, most};

    (void)setrlimit((__rlimit_resource_t)what, &r);
}

/* Between fork and exec in a process with threads: system calls only. */
_Noreturn static void child_run(char *const *argv, int in, int out)
{
    char path[] = "PATH=/usr/bin:/bin";
    char lang[] = "LANG=C.UTF-8";
    char *const env[] = {path, lang, NULL};
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)unshare(CLONE_NEWUSER | CLONE_NEWNET); /* no network where the kernel lets us */
    limit(RLIMIT_CPU, CPU_S);
    limit(RLIMIT_AS, (rlim_t)1 << 30);
    limit(RLIMIT_FSIZE, OUTPUT_MAX);
    limit(RLIMIT_NOFILE, 32);
    limit(RLIMIT_CORE, 0);
    if (dup2(in, 0) == 0 && dup2(out, 1) == 1 && chdir("/") == 0) {
        close_range(2, ~0U, 0);
        execve(argv[0], argv, env);
    }
    _exit(NO_PROGRAM);
}

/* The wait status, or -1 when it took too long and was killed. */
static int child_wait(pid_t pid)
{
    const struct timespec pause = {0, LOOK_NS};
    int64_t until = clock_mono() + WALL_US;
    int status = 0;

    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_mono() >= until) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return -1;
        }
        nanosleep(&pause, NULL);
    }
    return status;
}

/* The decoder is named, so that the program never guesses one; its own limits make it say no
 * before ours kill it. */
static enum thumb convert(const char *decoder, int in, int out)
{
    char *argv[] = {program,        (char[]){"convert"},
                    (char[]){"-limit"}, (char[]){"pixels"}, (char[]){"64MP"},
                    (char[]){"-limit"}, (char[]){"memory"}, (char[]){"640MB"},
                    (char[]){"-limit"}, (char[]){"map"},    (char[]){"0"},
                    (char[]){"-limit"}, (char[]){"disk"},   (char[]){"0"},
                    (char[]){"-limit"}, (char[]){"threads"}, (char[]){"1"},
                    (char[]){"-size"},  (char[]){"640x640"},
                    NULL,           (char[]){"-auto-orient"},
                    (char[]){"-thumbnail"}, (char[]){"320x320>"},
                    (char[]){"-strip"}, (char[]){"-quality"}, (char[]){"80"},
                    (char[]){"jpeg:-"}, NULL};
    char from[16];
    pid_t pid;
    int status;

    str_format(from, sizeof from, "%s:-", decoder);
    for (size_t i = 0; i < sizeof argv / sizeof *argv - 1; i++)
        if (!argv[i])
            argv[i] = from;
    pid = fork();
    if (pid == 0)
        child_run(argv, in, out);
    status = pid > 0 ? child_wait(pid) : -1;
    if (pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == NO_PROGRAM)) {
        log_line(LOG_ERROR, "thumbnail_failed", "%s does not start: see deploy/bootstrap",
                 program);
        return THUMB_LATER;
    }
    return status == 0 ? THUMB_MADE : THUMB_NONE;
}

/* --- in and out ------------------------------------------------------------------------------- */

/* A plain picture never touches the disk. */
static int memory_file(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC);
}

static bool fd_write(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, p, n);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

static enum thumb input_fill(int county, const char *address, int in)
{
    enum file_fault fault;
    struct file *f = file_open_read(county, address, &fault);
    char *piece = mem_alloc(FILE_PIECE);
    enum thumb t = THUMB_LATER;
    ssize_t n = 0;
    int64_t at = 0;

    if (f && file_size(f) <= INPUT_MAX) {
        while ((n = file_read(f, at, piece, FILE_PIECE)) > 0 && fd_write(in, piece, (size_t)n))
            at += n;
        t = n == 0 && lseek(in, 0, SEEK_SET) == 0 ? THUMB_MADE : n < 0 ? THUMB_NONE : THUMB_LATER;
    } else if (f || fault == FILE_MISSING || fault == FILE_DAMAGED) {
        t = THUMB_NONE;
    }
    mem_free(piece);
    file_close(f);
    return t;
}

static enum thumb output_keep(int county, int out, char address[FILE_ADDRESS_TEXT])
{
    char name[UUID_TEXT];
    char *bytes = mem_alloc(OUTPUT_MAX);
    ssize_t n = pread(out, bytes, OUTPUT_MAX, 0);
    enum file_fault fault;
    struct file *f = NULL;
    enum thumb t = THUMB_NONE;

    if (n < 4 || n == OUTPUT_MAX || memcmp(bytes, "\xff\xd8\xff", 3) != 0)
        goto out;
    uuid7(name);
    t = THUMB_LATER;
    f = file_create(county, name, &fault);
    if (f && file_write(f, bytes, (size_t)n) && file_finish(f) == FILE_OK &&
        file_commit(f, address) == FILE_OK)
        t = THUMB_MADE;
out:
    if (t == THUMB_MADE)
        file_close(f);
    else
        file_abandon(f);
    mem_free(bytes);
    return t;
}

enum thumb thumb_make(int county, const char *address, const char *type,
                      char out[FILE_ADDRESS_TEXT])
{
    const char *decoder = str_starts(type, "image/") ? type + strlen("image/") : "";
    int from = memory_file("picture");
    int to = memory_file("thumbnail");
    enum thumb t = from >= 0 && to >= 0 ? THUMB_MADE : THUMB_LATER;

    if (t == THUMB_MADE && !str_has_word("jpeg png webp", decoder))
        t = THUMB_NONE;
    if (t == THUMB_MADE)
        t = input_fill(county, address, from);
    if (t == THUMB_MADE)
        t = convert(decoder, from, to);
    if (t == THUMB_MADE)
        t = output_keep(county, to, out);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return t;
}
