/* A wall clock that jumps: a library for LD_PRELOAD that adds to it as many seconds as the file `jump`
 * beside it holds (8 bytes, little-endian), now. The monotonic clock goes on as ever. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *jump;

__attribute__((constructor)) static void begin(void)
{
    char path[PATH_MAX];
    Dl_info self;
    char *slash;
    void *p;
    int fd;

    if (!dladdr((const void *)(uintptr_t)begin, &self))
        return;
    snprintf(path, sizeof path - sizeof "jump", "%s", self.dli_fname);
    slash = strrchr(path, '/');
    if (!slash)
        return;
    memcpy(slash + 1, "jump", sizeof "jump");
    fd = open(path, O_RDONLY | O_CLOEXEC);
    p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *jump, PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (p != MAP_FAILED)
        jump = p;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, clock, out);

    if (result == 0 && jump && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += (time_t)atomic_load(jump);
    return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);

    (void)zone;
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return result;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
