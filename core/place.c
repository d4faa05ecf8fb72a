#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "crypto/crypto.h"
#include "settings.h"

enum { NAME_HASH_BYTES = 4, NAME_KEEP = 32 };

static const struct {
    const char *setting, *role;
} roles[] = {
    {"db.app_dsn", "wulian_app"},
    {"db.gate_dsn", "wulian_gate"},
    {"db.owner_dsn", "wulian_owner"},
    {"db.install_dsn", "postgres"},
};

bool place_user(const struct settings *s, bool *drop, uid_t *uid, gid_t *gid, char **why)
{
    const char *name = settings_text(s, "process.user");
    const struct passwd *pw;

    *drop = geteuid() == 0;
    if (!*drop)
        return true;
    pw = getpwnam(name);
    if (!pw || pw->pw_uid == 0) {
        *why = arena_printf(s->arena,
                            "system user %s is missing or root: useradd --system --user-group "
                            "--shell /usr/sbin/nologin %s (deploy/bootstrap does it)",
                            name, name);
        return false;
    }
    *uid = pw->pw_uid;
    *gid = pw->pw_gid;
    return true;
}

/* "var-1f2e3d4c": two folders of the same name must not share a cluster. */
static const char *place_name(struct arena *a, const char *dir)
{
    const char *base = strrchr(dir, '/') + 1;
    uint8_t sum[SHA256_LEN];
    char hex[2 * NAME_HASH_BYTES + 1];
    char *name;

    sha256(dir, strlen(dir), sum);
    hex_encode(sum, NAME_HASH_BYTES, hex);
    name = arena_printf(a, "%.*s-%s", NAME_KEEP, *base ? base : "root", hex);
    for (char *c = name; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *c))
            *c = '_';
    return name;
}

/* A libpq conninfo value in quotes. */
static const char *quoted(struct arena *a, const char *s)
{
    char *out = arena_alloc(a, 2 * strlen(s) + 3);
    char *to = out;

    *to++ = '\'';
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            *to++ = '\\';
        *to++ = *s;
    }
    *to = '\'';
    return out;
}

static bool place_fill(struct settings *s, struct place *p, const char *dir, char **why)
{
    char path[PATH_MAX];
    const struct passwd *self = getpwuid(geteuid());

    if (!realpath(dir, path)) {
        *why = arena_printf(s->arena, "no embedded server at %s: %s", dir, strerror(errno));
        return false;
    }
    if (!self) {
        *why = arena_printf(s->arena, "the system does not know user %ld", (long)geteuid());
        return false;
    }
    p->dir = arena_strdup(s->arena, path);
    p->owner = arena_strdup(s->arena, self->pw_name);
    p->user = p->owner;
    p->uid = geteuid();
    p->gid = getegid();
    if (!place_user(s, &p->drop, &p->uid, &p->gid, why))
        return false;
    if (p->drop) {
        const char *name = place_name(s->arena, path);

        p->user = settings_text(s, "process.user");
        p->state = arena_printf(s->arena, "/var/lib/wulian/%s", name);
        p->socket = arena_printf(s->arena, "/run/wulian/%s", name);
    } else {
        p->state = p->dir;
        p->socket = arena_printf(s->arena, "%s/run", p->dir);
    }
    p->data = arena_printf(s->arena, "%s/data", p->state);
    p->key = arena_printf(s->arena, "%s/master.key", p->state);
    p->audit_key = arena_printf(s->arena, "%s/audit.key", p->state);
    p->seals = arena_printf(s->arena, "%s/seals", p->state);
    p->files = arena_printf(s->arena, "%s/files", p->state);
    p->lock = arena_printf(s->arena, "%s/lock", p->state);
    return true;
}

static void setting_default(struct settings *s, const char *name, const char *value)
{
    if (!*settings_text(s, name))
        settings_set(s, name, value);
}

bool place_settings(struct settings *s, const char *dir, char **why)
{
    const struct sockaddr_un limit;
    struct place *p = arena_alloc(s->arena, sizeof *p);

    if (!place_fill(s, p, dir, why))
        return false;
    if (strlen(p->socket) + sizeof "/.s.PGSQL.5432.lock" > sizeof limit.sun_path) {
        *why = arena_printf(s->arena, "%s: too long for a unix socket, choose a shorter folder",
                            p->socket);
        return false;
    }
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        settings_set(s, roles[i].setting,
                     arena_printf(s->arena,
                                  "host=%s port=5432 dbname=wulian user=%s connect_timeout=5",
                                  quoted(s->arena, p->socket), roles[i].role));
    settings_set(s, "keys.master_file", p->key);
    setting_default(s, "audit.key_file", p->audit_key);
    setting_default(s, "audit.checkpoint_dir", p->seals);
    setting_default(s, "files.dir", p->files);
    setting_default(s, "process.control", arena_printf(s->arena, "%s/control", p->state));
    setting_default(s, "plugins.quarantine", arena_printf(s->arena, "%s/quarantine", p->state));
    s->place = p;
    return true;
}

static bool folder_make(struct arena *a, const char *path, mode_t mode, uid_t uid, gid_t gid,
                        char **why)
{
    if (mkdir(path, mode) != 0 && errno != EEXIST)
        goto failed;
    if (chmod(path, mode) != 0 || (geteuid() == 0 && chown(path, uid, gid) != 0))
        goto failed;
    return true;
failed:
    *why = arena_printf(a, "%s: %s", path, strerror(errno));
    return false;
}

bool file_replace(struct arena *a, const char *path, const char *text, mode_t mode, char **why)
{
    const char *fresh = arena_printf(a, "%s.new", path);
    size_t n = strlen(text);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool ok;

    ok = fd >= 0 && fchmod(fd, mode) == 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    ok = ok && rename(fresh, path) == 0;
    if (!ok)
        *why = arena_printf(a, "%s: %s", path, strerror(errno));
    return ok;
}

/* Made once and never again: without the master key nothing encrypted can be read, and seals are
 * known by the key that made them. */
static bool key_make(struct arena *a, const struct place *p, const char *path, char **why)
{
    uint8_t key[KEY_LEN];
    char text[2 * KEY_LEN + 2];
    bool ok;

    if (access(path, F_OK) == 0)
        return true;
    crypto_random(key, sizeof key);
    hex_encode(key, sizeof key, text);
    text[2 * KEY_LEN] = '\n';
    text[2 * KEY_LEN + 1] = '\0';
    ok = file_replace(a, path, text, 0600, why);
    crypto_wipe(key, sizeof key);
    crypto_wipe(text, sizeof text);
    if (ok && p->drop && chown(path, p->uid, p->gid) != 0) {
        *why = arena_printf(a, "%s: %s", path, strerror(errno));
        ok = false;
    }
    return ok;
}

bool place_make(struct arena *a, const struct place *p, char **why)
{
    if (p->drop) {
        if (!folder_make(a, "/var/lib/wulian", 0755, 0, 0, why) ||
            !folder_make(a, "/run/wulian", 0755, 0, 0, why) ||
            !folder_make(a, p->state, 0755, 0, 0, why))
            return false;
    }
    return folder_make(a, p->socket, p->drop ? 0750 : 0700, p->uid, p->gid, why) &&
           folder_make(a, p->files, 0700, p->uid, p->gid, why) &&
           folder_make(a, p->seals, 0700, p->uid, p->gid, why) && key_make(a, p, p->key, why) &&
           key_make(a, p, p->audit_key, why);
}

int place_lock(struct arena *a, const struct place *p, char **why)
{
    int fd = open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0 && errno == EWOULDBLOCK)
        *why = arena_printf(a, "another server is running on %s", p->dir);
    else
        *why = arena_printf(a, "%s: %s", p->lock, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

bool place_write(struct arena *a, const struct place *p, const char *address, char **why)
{
    const char *text = arena_printf(a, "state=%s\nsocket=%s\nuser=%s\naddress=%s\n", p->state,
                                    p->socket, p->user, address);

    return file_replace(a, arena_printf(a, "%s/place", p->dir), text, 0644, why);
}
