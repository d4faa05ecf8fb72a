#include "ceiling.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "settings.h"

/* Database, files, logs, libraries: far more than a worker has ever been seen to hold. */
enum { FILES_BESIDE = 512, FILES_SPARE = 64 };

static rlim_t files = RLIM_INFINITY; /* as set for this process */

/* A sanitizer's shadow of the whole address space counts as memory: under one there is no limit. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool no_memory_limit = true;
#else
static const bool no_memory_limit = false;
#endif

/* glibc declares the first argument as an enum only with its extensions on. */
static bool limit(int what, rlim_t most)
{
    struct rlimit now;

    if (getrlimit((__rlimit_resource_t)what, &now) != 0)
        return false;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        most = now.rlim_max;
    return setrlimit((__rlimit_resource_t)what, &(struct rlimit){most, most}) == 0;
}

void ceiling_set(const struct settings *s)
{
    rlim_t memory = (rlim_t)settings_int(s, "http.memory_mb") << 20;
    rlim_t wanted = (rlim_t)settings_int(s, "http.connections") + FILES_BESIDE;
    struct rlimit got;

    if (memory && !no_memory_limit && !limit(RLIMIT_DATA, memory))
        log_line(LOG_WARN, "limit", "http.memory_mb: %s", strerror(errno));
    if (limit(RLIMIT_NOFILE, wanted) && getrlimit(RLIMIT_NOFILE, &got) == 0)
        files = got.rlim_cur;
    if (files < wanted)
        log_line(LOG_WARN, "limit", "http.connections: the system allows %llu descriptors only",
                 (unsigned long long)files);
}

/* The number of the lowest free one says how many are taken. */
bool ceiling_files_left(void)
{
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0 && (rlim_t)fd < files - FILES_SPARE;
}
