/* Fail-Nth: a library for LD_PRELOAD under which the n-th call of a kind fails once, in the worker or
 * the jobs process of a server. The test arms it through /dev/shm/wulian-fail-<pid of the master>:
 *
 *   lib   malloc, calloc, realloc as called by a library
 *   own   the same as called by the server itself or for its cryptography: these end the process, by
 *         design
 *   pq    libpq's calls that speak to the database
 *   file  open (that creates), pread, pwrite, fsync, ftruncate, rename, mkdir
 *
 * It stands before AddressSanitizer too (verify_asan_link_order=0), which then finds what an error's
 * way out leaks or touches.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <link.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { LIB, OWN, PQ, FILES, KINDS };

/* As the test writes and reads it, one for each of the two processes. */
struct control {
    _Atomic int64_t left[KINDS]; /* calls until one fails; 0: none does */
};

static const char *const processes[] = {"worker", "jobs"};

static struct control *control;
static struct {
    uintptr_t lo, hi;
} own[2]; /* code of the server and of libcrypto */
static int owns;
static __thread bool inside;       /* libpq: what a call of it calls in turn is its own matter */

/* The place of this process in the page; -1: none. */
static int place(void)
{
    char args[64] = "";
    int fd = open("/proc/self/cmdline", O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, args, sizeof args - 1);
    size_t first = strlen(args);

    if (fd >= 0)
        close(fd);
    for (int i = 0; n > 0 && first + 1 < (size_t)n && i < 2; i++)
        if (strcmp(args + first + 1, processes[i]) == 0)
            return i;
    return -1;
}

static int own_code(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    if (owns == 1 && !strstr(info->dlpi_name, "/libcrypto."))
        return 0; /* the program itself comes first */
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            own[owns].lo = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            own[owns].hi = own[owns].lo + info->dlpi_phdr[i].p_memsz;
        }
    return ++owns == 2;
}

__attribute__((constructor)) static void begin(void)
{
    char path[64];
    int at = place();
    void *p;
    int fd;

    if (at < 0)
        return;
    snprintf(path, sizeof path, "/dev/shm/wulian-fail-%ld", (long)getppid());
    dl_iterate_phdr(own_code, NULL);
    fd = open(path, O_RDWR);
    p = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (p != MAP_FAILED)
        control = (struct control *)p + at;
}

static bool fails(enum kind k)
{
    if (!control || (k == PQ && inside))
        return false;
    return atomic_load(&control->left[k]) > 0 && atomic_fetch_sub(&control->left[k], 1) == 1;
}

/* The function that this one stands before. */
#define REAL(name)                                                                                 \
    static __typeof__(name) *real;                                                                 \
    if (!real)                                                                                     \
        real = (__typeof__(name) *)(uintptr_t)dlsym(RTLD_NEXT, #name)

/* --- memory ----------------------------------------------------------------------------------- */

/* dlsym itself may allocate: these names need no dlsym. */
#define ALLOCATOR(name)                                                                            \
    __typeof__(name) __interceptor_##name __attribute__((weak)); /* the sanitizer's */             \
    __typeof__(name) __libc_##name;

ALLOCATOR(malloc)
ALLOCATOR(calloc)
ALLOCATOR(realloc)

static bool is_own(uintptr_t at)
{
    return (at >= own[0].lo && at < own[0].hi) || (at >= own[1].lo && at < own[1].hi);
}

static bool starves(const void *caller)
{
    if (!control || !fails(is_own((uintptr_t)caller) ? OWN : LIB))
        return false;
    errno = ENOMEM;
    return true;
}

#define ALLOCATE(name, gives)                                                                      \
    if (starves(__builtin_return_address(0)))                                                      \
        return NULL;                                                                               \
    return __interceptor_##name ? __interceptor_##name gives : __libc_##name gives

void *malloc(size_t n)
{
    ALLOCATE(malloc, (n));
}

void *calloc(size_t count, size_t size)
{
    ALLOCATE(calloc, (count, size));
}

void *realloc(void *p, size_t n)
{
    ALLOCATE(realloc, (p, n));
}

/* --- libpq ------------------------------------------------------------------------------------ */

/* What it calls in turn does not count: one failure a call, at the border that we call. */
#define PQ_CALL(result, name, takes, gives, failed)                                                \
    result name takes                                                                              \
    {                                                                                              \
        result out;                                                                                \
        REAL(name);                                                                                \
        if (fails(PQ))                                                                             \
            return failed;                                                                         \
        inside = true;                                                                             \
        out = real gives;                                                                          \
        inside = false;                                                                            \
        return out;                                                                                \
    }

PQ_CALL(int, PQconsumeInput, (PGconn * c), (c), 0)
PQ_CALL(int, PQflush, (PGconn * c), (c), -1)
PQ_CALL(int, PQpipelineSync, (PGconn * c), (c), 0)
PQ_CALL(int, PQsendQuery, (PGconn * c, const char *q), (c, q), 0)
PQ_CALL(int, PQsendPrepare,
        (PGconn * c, const char *name, const char *q, int n, const Oid *types),
        (c, name, q, n, types), 0)
PQ_CALL(int, PQsendQueryPrepared,
        (PGconn * c, const char *name, int n, const char *const *values, const int *lengths,
         const int *formats, int result),
        (c, name, n, values, lengths, formats, result), 0)
PQ_CALL(PGconn *, PQconnectStartParams,
        (const char *const *keys, const char *const *values, int expand), (keys, values, expand),
        NULL)
PQ_CALL(PostgresPollingStatusType, PQconnectPoll, (PGconn * c), (c), PGRES_POLLING_FAILED)

/* --- files ------------------------------------------------------------------------------------ */

#define FILE_CALL(result, name, takes, gives, error)                                               \
    result name takes                                                                              \
    {                                                                                              \
        REAL(name);                                                                                \
        if (fails(FILES)) {                                                                        \
            errno = error;                                                                         \
            return -1;                                                                             \
        }                                                                                          \
        return real gives;                                                                         \
    }

FILE_CALL(ssize_t, pread, (int fd, void *p, size_t n, off_t at), (fd, p, n, at), EIO)
FILE_CALL(ssize_t, pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at), ENOSPC)
FILE_CALL(int, fsync, (int fd), (fd), EIO)
FILE_CALL(int, ftruncate, (int fd, off_t n), (fd, n), EIO)
FILE_CALL(int, rename, (const char *from, const char *to), (from, to), ENOSPC)
FILE_CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), ENOSPC)

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list ap;
    REAL(open);

    va_start(ap, flags);
    if (flags & O_CREAT)
        mode = (mode_t)va_arg(ap, int);
    va_end(ap);
    if (flags & O_CREAT && fails(FILES)) {
        errno = ENOSPC;
        return -1;
    }
    return real(path, flags, mode);
}
