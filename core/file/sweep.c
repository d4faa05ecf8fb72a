/* Taking away what no row names. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "file/blob.h"

struct sweeping {
    int county;
    time_t before; /* changed earlier than that is old */
    bool (*named)(void *arg, int county, struct file_sweep *s);
    void *arg;
    struct file_sweep page;
    int gone;
};

static bool old_file(const char *path, time_t before)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mtime < before;
}

/* Asked again under the lock: an equal content may have come meanwhile, and is not old. */
static void blob_remove(struct sweeping *w, const char *address)
{
    char path[PATH_MAX];
    int lock = store_lock(w->county);

    if (lock < 0)
        return;
    if (blob_path(path, w->county, address) && old_file(path, w->before) && unlink(path) == 0)
        w->gone++;
    close(lock);
}

static bool page_flush(struct sweeping *w)
{
    struct file_sweep *s = &w->page;

    if (s->n == 0)
        return true;
    memset(s->named, true, sizeof s->named);
    if (!w->named(w->arg, w->county, s))
        return false;
    for (int i = 0; i < s->n; i++)
        if (!s->named[i])
            blob_remove(w, s->address[i]);
    s->n = 0;
    return true;
}

static bool blob_look(struct sweeping *w, const char *name)
{
    char path[PATH_MAX];

    if (!blob_path(path, w->county, name) || !old_file(path, w->before))
        return true;
    memcpy(w->page.address[w->page.n++], name, FILE_ADDRESS_TEXT);
    return w->page.n < FILE_SWEEP_MAX || page_flush(w);
}

static bool upload_look(struct sweeping *w, const char *name)
{
    char tail[UPLOAD_NAME], path[PATH_MAX];

    if (name[0] != '.' && str_format(tail, sizeof tail, "up/%s", name) &&
        store_path(path, w->county, tail) && old_file(path, w->before) && unlink(path) == 0)
        w->gone++;
    return true;
}

static bool folder_walk(struct sweeping *w, const char *folder,
                        bool (*look)(struct sweeping *w, const char *name))
{
    char path[PATH_MAX];
    DIR *d = store_path(path, w->county, folder) ? opendir(path) : NULL;
    bool ok = true;

    if (!d)
        return errno == ENOENT;
    for (struct dirent *e; ok && (e = readdir(d));)
        ok = look(w, e->d_name);
    closedir(d);
    return ok;
}

int file_sweep(int county, int64_t age, bool (*named)(void *arg, int county, struct file_sweep *s),
               void *arg)
{
    struct sweeping *w = mem_alloc(sizeof *w);
    bool ok = true;
    int gone;

    *w = (struct sweeping){.county = county, .before = time(NULL) - (time_t)age, .named = named,
                           .arg = arg};
    for (int i = 0; ok && i < 256; i++) {
        char folder[4];

        str_format(folder, sizeof folder, "%02x", (unsigned)i);
        ok = folder_walk(w, folder, blob_look);
    }
    ok = ok && page_flush(w) && folder_walk(w, "up", upload_look);
    gone = ok ? w->gone : -1;
    mem_free(w);
    return gone;
}
