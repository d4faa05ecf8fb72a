#include "quarantine.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/str.h"
#include "base/time.h"
#include "place.h"

enum { ARENA_MAX = 1 << 18, FILES_MAX = 10000, SECOND = 1000 * 1000 };

/* How the version of a file begins that crashed before it could say its own (plugin/load.h). */
#define FINGERPRINT "so-"

/* --- files ------------------------------------------------------------------------------------ */

static bool consists_of(const char *s, size_t cap, const char *set)
{
    size_t n = strnlen(s, cap);

    return n > 0 && n < cap && strspn(s, set) == n;
}

/* What a dead process left in its slot may be anything; it becomes the name of a file. */
static bool names_fit(const char *plugin, const char *version)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    static const char number[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789_.+-";

    return consists_of(plugin, PLUGIN_NAME, word) && consists_of(version, PLUGIN_VERSION, number);
}

static const char *file_of(struct arena *a, const char *dir, const char *plugin,
                           const char *version)
{
    return arena_printf(a, "%s/%s@%s", dir, plugin, version);
}

/* The next file of the folder that names a plugin, split in two; NULL at the end. */
static const char *file_next(struct arena *a, DIR *d, const char **version)
{
    struct dirent *e;

    for (int i = 0; d && i < FILES_MAX && (e = readdir(d)); i++) {
        const char *at = strchr(e->d_name, '@');
        const char *plugin = at ? arena_strndup(a, e->d_name, (size_t)(at - e->d_name)) : NULL;

        *version = at ? arena_strdup(a, at + 1) : NULL;
        if (at && names_fit(plugin, *version))
            return plugin;
    }
    return NULL;
}

static bool file_write(const struct judge *j, const struct quarantined *x)
{
    struct arena *a = arena_new(ARENA_MAX);
    char *why = NULL;
    char now[TIME_TEXT];
    bool ok = *j->dir != '\0';

    time_format(clock_us(), now);
    if (ok && mkdir(j->dir, 0755) != 0 && errno != EEXIST)
        why = strerror(errno);
    else if (ok)
        file_replace(a, file_of(a, j->dir, x->plugin, x->version), arena_printf(a, "%s\n", now),
                     0644, &why);
    if (why)
        log_line(LOG_ERROR, "quarantine_not_kept", "%s: a restart releases %s", why, x->plugin);
    arena_free(a);
    return ok && !why;
}

/* --- holding back ----------------------------------------------------------------------------- */

static void gauge_set(const struct quarantined *x, int on)
{
    meter_set(meter_named("wulian_plugin_quarantined{plugin=\"%s\",version=\"%s\"}", x->plugin,
                          x->version),
              on);
}

/* -1: the table is full. */
static int row_add(struct quarantine *t, const char *plugin, const char *version)
{
    for (int i = 0; i < QUARANTINE_MAX; i++) {
        struct quarantined *x = &t->row[i];

        if (atomic_load(&x->on))
            continue;
        str_format(x->plugin, sizeof x->plugin, "%s", plugin);
        str_format(x->version, sizeof x->version, "%s", version);
        atomic_store_explicit(&x->on, 1, memory_order_release);
        atomic_fetch_add(&t->n, 1);
        return i;
    }
    return -1;
}

static int hold(struct judge *j, const char *plugin, const char *version)
{
    int row = row_add(j->table, plugin, version);

    if (row >= 0)
        gauge_set(&j->table->row[row], 1);
    return row;
}

void judge_open(struct judge *j)
{
    struct arena *a = arena_new(ARENA_MAX);
    DIR *d = opendir(j->dir);
    const char *plugin, *version;

    while ((plugin = file_next(a, d, &version))) {
        int row = hold(j, plugin, version);

        if (row < 0)
            break;
        j->kept[row] = true;
        log_line(LOG_WARN, "quarantine", "%s %s is still held back", plugin, version);
    }
    if (d)
        closedir(d);
    arena_free(a);
}

static bool is(const struct crash *x, const char *plugin, const char *version)
{
    return str_eq(x->plugin, plugin) && str_eq(x->version, version);
}

static int crashes(const struct judge *j, const char *plugin, const char *version)
{
    int64_t from = clock_mono() - j->window;
    int n = 0;

    for (int i = 0; i < CRASHES_KEPT; i++)
        n += j->crash[i].at && j->crash[i].at >= from && is(&j->crash[i], plugin, version);
    return n;
}

void judge_count(struct judge *j, const char *plugin, const char *version)
{
    struct crash *x = &j->crash[j->next];
    int n, row;

    if (!names_fit(plugin, version))
        return;
    meter_add(meter_named("wulian_plugin_crashes_total{plugin=\"%s\",version=\"%s\"}", plugin,
                          version),
              1);
    if (j->limit == 0 || quarantine_holds(j->table, plugin, version))
        return;
    j->next = (j->next + 1) % CRASHES_KEPT;
    x->at = clock_mono();
    str_format(x->plugin, sizeof x->plugin, "%s", plugin);
    str_format(x->version, sizeof x->version, "%s", version);
    n = crashes(j, plugin, version);
    if (n < j->limit || (row = hold(j, plugin, version)) < 0)
        return;
    log_line(LOG_ERROR, "quarantine",
             "plugin %s %s is held back after %d crashes in %lld s: mend it, or `wulian plugin "
             "release %s`",
             plugin, version, n, (long long)(j->window / SECOND), plugin);
    j->kept[row] = file_write(j, &j->table->row[row]);
}

static void let_go(struct judge *j, int row)
{
    struct quarantined *x = &j->table->row[row];

    log_line(LOG_INFO, "released", "plugin %s %s serves again", x->plugin, x->version);
    for (int i = 0; i < CRASHES_KEPT; i++)
        if (is(&j->crash[i], x->plugin, x->version))
            j->crash[i].at = 0;
    gauge_set(x, 0);
    atomic_fetch_sub(&j->table->n, 1);
    atomic_store_explicit(&x->on, 0, memory_order_release);
    j->kept[row] = false;
}

bool judge_look(struct judge *j)
{
    bool to_load = false;
    struct arena *a;

    if (atomic_load(&j->table->n) == 0)
        return false;
    a = arena_new(ARENA_MAX);
    for (int i = 0; i < QUARANTINE_MAX; i++) {
        const struct quarantined *x = &j->table->row[i];

        if (j->kept[i] && access(file_of(a, j->dir, x->plugin, x->version), F_OK) != 0 &&
            errno == ENOENT) {
            let_go(j, i);
            to_load = to_load || str_starts(x->version, FINGERPRINT);
        }
    }
    arena_free(a);
    return to_load;
}

/* --- for people ------------------------------------------------------------------------------- */

bool quarantine_release(struct arena *a, const char *dir, const char *plugin, const char **why)
{
    DIR *d = opendir(dir);
    const char *name, *version;
    bool found = false;

    while ((name = file_next(a, d, &version))) {
        if (!str_eq(name, plugin))
            continue;
        found = true;
        if (unlink(file_of(a, dir, name, version)) != 0)
            *why = arena_printf(a, "%s: %s", file_of(a, dir, name, version), strerror(errno));
    }
    if (d)
        closedir(d);
    return found && !*why;
}

void quarantine_read(struct arena *a, const char *dir, struct quarantine *out)
{
    DIR *d = opendir(dir);
    const char *name, *version;

    while ((name = file_next(a, d, &version)) && row_add(out, name, version) >= 0)
        ;
    if (d)
        closedir(d);
}

const char *quarantine_list(struct arena *a, const char *dir, const char **why)
{
    DIR *d = opendir(dir);
    const char *name, *version;
    const char *list = "";

    if (!d && errno != ENOENT) {
        *why = arena_printf(a, "%s: %s", dir, strerror(errno));
        return NULL;
    }
    while ((name = file_next(a, d, &version)))
        list = arena_printf(a, "%s%s%s %s", list, *list ? ", " : "", name, version);
    if (d)
        closedir(d);
    return list;
}
