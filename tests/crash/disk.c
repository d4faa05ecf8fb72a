/* Preloaded into PostgreSQL: a disk that can be full and that can lose its power. DISK_FOLDER names a
 * folder of its own, outside the cluster, shared by all its processes:
 *
 *   full.tables  while this file exists nothing may grow but the log; what is already allocated may
 *                be written, as on a real disk
 *   full.log     the same of the log (pg_wal)
 *   <inode>      of a file below pg_wal: the bytes that stood where was written since the last sync,
 *                in the order of the writes, each after a struct undo. A power cut is to kill every
 *                process and to put them back, last first (disk.mjs).
 *
 * WALWriteLock is held over a write and its sync, so nobody's write falls between a sync and the
 * removal of the file here. Not lost at a power cut, so milder than a disk: other files than the log,
 * which a checkpoint syncs, and names in folders. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

struct undo {
    int64_t at, length;
};

static bool path_in_folder(char out[PATH_MAX], const char *name)
{
    const char *folder = getenv("DISK_FOLDER");
    int n = folder ? snprintf(out, PATH_MAX, "%s/%s", folder, name) : -1;

    return n > 0 && n < PATH_MAX;
}

static bool is_log(int fd)
{
    char link[64], target[PATH_MAX];
    ssize_t n;

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    return strstr(target, "/pg_wal/");
}

static bool undo_path(int fd, char out[PATH_MAX])
{
    char name[32];
    struct stat st;

    if (!is_log(fd) || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    (void)snprintf(name, sizeof name, "%ju", (uintmax_t)st.st_ino);
    return path_in_folder(out, name);
}

/* A test that silently forgets nothing would prove nothing. */
static void must(bool ok)
{
    if (!ok)
        abort();
}

/* Before the bytes are written: what is killed between the two puts back what is there anyway. */
static void undo_note(int fd, off_t at, size_t length)
{
    char path[PATH_MAX];
    struct undo head = {at, (int64_t)length};
    size_t whole = sizeof head + length;
    char *note;
    int journal;

    if (!undo_path(fd, path))
        return;
    note = calloc(1, whole); /* beyond the end of the file there were no bytes */
    journal = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    must(note && journal >= 0);
    memcpy(note, &head, sizeof head);
    must(pread(fd, note + sizeof head, length, at) >= 0);
    must(syscall(SYS_write, journal, note, whole) == (long)whole);
    close(journal);
    free(note);
}

/* Syncs by this system call; what was noted is then safe. */
static int synced(long call, int fd)
{
    char path[PATH_MAX];
    int status = (int)syscall(call, fd);

    if (status == 0 && undo_path(fd, path))
        must(unlink(path) == 0 || errno == ENOENT);
    return status;
}

/* Whether a write up to this offset needs room that is not there. */
static bool no_room(int fd, off_t end)
{
    char path[PATH_MAX];
    struct stat st;

    return path_in_folder(path, is_log(fd) ? "full.log" : "full.tables") && access(path, F_OK) == 0 && fstat(fd, &st) == 0 &&
           S_ISREG(st.st_mode) && end > st.st_size;
}

/* Whether a write there may be: noted then; else errno is set. */
static bool admitted(int fd, off_t at, size_t length)
{
    if (no_room(fd, at + (off_t)length)) {
        errno = ENOSPC;
        return false;
    }
    undo_note(fd, at, length);
    return true;
}

SHOWN ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at)
{
    return admitted(fd, at, length) ? syscall(SYS_pwrite64, fd, bytes, length, at) : -1;
}

SHOWN ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at)
{
    size_t length = 0;

    for (int i = 0; i < n; i++)
        length += parts[i].iov_len;
    return admitted(fd, at, length) ? syscall(SYS_pwritev, fd, parts, n, at, 0L) : -1;
}

SHOWN int posix_fallocate(int fd, off_t at, off_t length)
{
    if (no_room(fd, at + length))
        return ENOSPC;
    return syscall(SYS_fallocate, fd, 0, at, length) == 0 ? 0 : errno;
}

SHOWN int fsync(int fd)
{
    return synced(SYS_fsync, fd);
}

SHOWN int fdatasync(int fd)
{
    return synced(SYS_fdatasync, fd);
}
