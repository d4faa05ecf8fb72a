#include "audit/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/ledger.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum { TAIL_BYTES = 1 << 15, LINE_BYTES = 2048 };

static const char *path_of(struct arena *a, const char *dir, const char *county)
{
    return arena_printf(a, "%s/%s.ndjson", dir, county);
}

static bool fail(struct arena *a, const char *path, const char **why)
{
    *why = arena_printf(a, "%s: %s", path, strerror(errno));
    return false;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* The file's last bytes from the beginning of a line on; NULL with errno. */
static char *tail_read(struct arena *a, int fd)
{
    char *text = arena_alloc(a, TAIL_BYTES + 1);
    struct stat st;
    off_t from;
    ssize_t n;
    char *line = text;

    if (fstat(fd, &st) != 0)
        return NULL;
    from = st.st_size > TAIL_BYTES ? st.st_size - TAIL_BYTES : 0;
    n = pread(fd, text, TAIL_BYTES, from);
    if (n < 0)
        return NULL;
    text[n] = '\0';
    if (from > 0)
        line = strchr(text, '\n');
    return line && from > 0 ? line + 1 : line ? line : text + n;
}

static bool newer_take(struct arena *a, const char *line, size_t n, struct outside_head *out)
{
    const char *v[SEAL_COLUMNS];
    int64_t seal;

    if (!canon_read(a, ledger_seal, SEAL_COLUMNS, line, n, v))
        return false;
    seal = ledger_int(v[SEAL_SEAL]);
    if (seal <= out->seal)
        return true;
    out->seal = seal;
    return ledger_seal_hash(v, out->hash);
}

bool outside_torn(const char *line, size_t n)
{
    return n == 0 || line[n - 1] != '}';
}

static bool newest_find(struct arena *a, const char *text, struct outside_head *out)
{
    for (const char *end; (end = strchr(text, '\n')); text = end + 1)
        if (!outside_torn(text, (size_t)(end - text)) &&
            !newer_take(a, text, (size_t)(end - text), out))
            return false;
    return true;
}

bool outside_head(struct arena *a, const char *dir, const char *county, struct outside_head *out,
                  const char **why)
{
    const char *path = path_of(a, dir, county);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    const char *text;

    *out = (struct outside_head){0};
    if (fd < 0)
        return errno == ENOENT || fail(a, path, why);
    text = tail_read(a, fd);
    close(fd);
    if (!text)
        return fail(a, path, why);
    if (newest_find(a, text, out))
        return true;
    *why = arena_printf(a, "%s: holds a line that is no seal", path);
    return false;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* What an interrupted write left is ended first: an append-only file is not cut back. */
static bool line_ended(int fd)
{
    struct stat st;
    char last = '\n';

    if (fstat(fd, &st) != 0 || (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) != 1))
        return false;
    return last == '\n' || write(fd, "\n", 1) == 1;
}

static bool is_empty(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && st.st_size == 0;
}

bool outside_append(struct arena *a, const char *dir, const char *const *seal, const char **why)
{
    const char *path = path_of(a, dir, seal[SEAL_COUNTY]);
    bool first = str_eq(seal[SEAL_SEAL], "1");
    int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | (first ? O_CREAT : 0), 0640);
    struct buf line;
    bool ok;

    if (fd < 0)
        return fail(a, path, why);
    if (!first && is_empty(fd)) {
        *why = arena_printf(a, "%s: holds nothing any more", path);
        close(fd);
        return false;
    }
    buf_init(&line, LINE_BYTES);
    canon_line(ledger_seal, SEAL_COLUMNS, seal, &line);
    ok = line_ended(fd) && write(fd, line.p, line.n) == (ssize_t)line.n && fsync(fd) == 0;
    if (!ok)
        fail(a, path, why);
    buf_free(&line);
    close(fd);
    return ok;
}

bool outside_aside(struct arena *a, const char *dir, const char *county, int n, const char **why)
{
    const char *path = path_of(a, dir, county);

    return rename(path, arena_printf(a, "%s.%d", path, n)) == 0 || errno == ENOENT ||
           fail(a, path, why);
}
