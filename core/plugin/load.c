#include "plugin/load.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "crypto/crypto.h"

enum { NAMES_MAX = 64, NAME_TEXT = 64 };

typedef const struct wl_plugin *(*entry_fn)(void);

static bool owner_trusted(struct arena *a, const char *path, const char **why)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        *why = arena_printf(a, "%s: %s", path, strerror(errno));
        return false;
    }
    if ((st.st_uid == 0 || st.st_uid == geteuid()) && !(st.st_mode & (S_IWGRP | S_IWOTH)))
        return true;
    *why = arena_printf(a,
                        "%s: must belong to root and be writable by its owner only"
                        " (chown root, chmod go-w)",
                        path);
    return false;
}

static const struct wl_plugin *describe(struct arena *a, void *so, const char *name,
                                        const char **why)
{
    entry_fn entry;
    void *symbol = dlsym(so, "wl_plugin_v1");
    if (!symbol) {
        *why = arena_printf(a,
                            "%s: exports no wl_plugin_v1 (contract version 1);"
                            " define it as plugin.h declares it",
                            name);
        return NULL;
    }
    memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast from object to function pointer */
    const struct wl_plugin *theirs = entry();
    if (!theirs || theirs->size < offsetof(struct wl_plugin, records)) {
        *why = arena_printf(a,
                            "%s: wl_plugin_v1 gives no description; set .size to"
                            " sizeof(struct wl_plugin)",
                            name);
        return NULL;
    }
    if (theirs->abi != WL_ABI) {
        *why = arena_printf(a,
                            "%s: speaks contract %u, this server %u; rebuild it with this server's"
                            " plugin.h",
                            name, (unsigned)theirs->abi, WL_ABI);
        return NULL;
    }
    struct wl_plugin *ours = arena_alloc(a, sizeof *ours);
    memcpy(ours, theirs, theirs->size < sizeof *ours ? theirs->size : sizeof *ours);
    return ours;
}

const struct wl_plugin *plugin_open(struct arena *a, const char *dir, const char *name,
                                    const char **why)
{
    const char *path = arena_printf(a, "%s/%s.so", dir, name);
    if (!owner_trusted(a, dir, why) || !owner_trusted(a, path, why))
        return NULL;
    void *so = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!so) {
        *why = arena_printf(a, "%s: %s", name, dlerror());
        return NULL;
    }
    const struct wl_plugin *p = describe(a, so, name, why);
    if (p && !str_eq(p->name, name)) {
        *why =
            arena_printf(a, "%s: the plugin calls itself \"%s\"; name and file name must be equal",
                         name, p->name ? p->name : "");
        return NULL;
    }
    return p;
}

void plugin_fingerprint(struct arena *a, const char *dir, const char *name,
                        char out[FINGERPRINT_TEXT])
{
    enum { PIECE = 1 << 14, DIGITS = (FINGERPRINT_TEXT - 4) / 2 };
    FILE *f = fopen(arena_printf(a, "%s/%s.so", dir, name), "rbe");
    struct sha256_run *run = sha256_begin();
    char piece[PIECE];
    uint8_t hash[SHA256_LEN];
    for (size_t n; f && (n = fread(piece, 1, PIECE, f)) > 0;)
        sha256_add(run, piece, n);
    sha256_end(run, hash);
    memcpy(out, "so-", 4);
    if (f)
        hex_encode(hash, DIGITS, out + 3);
    if (f)
        fclose(f);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(x, y);
}

const char *plugin_names(struct arena *a, const char *dir)
{
    char names[NAMES_MAX][NAME_TEXT];
    int n = 0;
    DIR *d = opendir(dir);
    for (const struct dirent *e; d && (e = readdir(d)) && n < NAMES_MAX;) {
        size_t len = strlen(e->d_name);
        if (len > 3 && len - 3 < NAME_TEXT && strcmp(e->d_name + len - 3, ".so") == 0) {
            memcpy(names[n], e->d_name, len - 3);
            names[n++][len - 3] = 0;
        }
    }
    if (d)
        closedir(d);
    qsort(names, (size_t)n, sizeof names[0], by_name);
    const char *out = "";
    for (int i = 0; i < n; i++)
        out = arena_printf(a, "%s%s%s", out, i ? " " : "", names[i]);
    return out;
}
