#include "settings.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/ini.h"
#include "base/str.h"
#include "place.h"

enum { ARENA_MAX = 4 << 20, TREE_LEVELS = 4 };

struct declared {
    const char *name, *value, *help;
    int64_t least, most; /* both 0: a text */
    const char *below;   /* default path below the tree, when value is "" */
};

/* "$bin" stands for the folder of the binary. */
static const struct declared table[] = {
    {"http.listen", "127.0.0.1:8431", "address and port of the server", 0, 0, NULL},
    {"http.hosts", "*", "allowed Host names, space-separated; * any", 0, 0, NULL},
    {"http.workers", "0", "worker processes; 0: one per processor, at least 2", 0, 63, NULL},
    {"http.threads", "4", "threads per worker for plugins' own C", 1, 24, NULL},
    {"http.secret_threads", "1", "threads per worker for password hashing", 1, 4, NULL},
    {"http.connections", "12000", "connections per worker", 16, 100000, NULL},
    {"http.memory_mb", "1024", "memory of one worker, past which it gets none; 0: no limit", 0,
     1000000, NULL},
    {"http.request_ms", "5000", "deadline of one request", 100, 600000, NULL},
    {"http.proxies", "",
     "addresses of proxies that say in X-Forwarded-For who calls, space-separated", 0, 0, NULL},
    {"http.secure_cookie", "0", "1: cookies for https only (behind a TLS proxy)", 0, 1, NULL},
    {"db.app_dsn", "", "database connection of the role wulian_app", 0, 0, NULL},
    {"db.gate_dsn", "", "database connection of the role wulian_gate", 0, 0, NULL},
    {"db.owner_dsn", "", "database connection of the role wulian_owner (migrate only)", 0, 0, NULL},
    {"db.install_dsn", "", "superuser connection (migrate --roles only)", 0, 0, NULL},
    {"db.quick", "4", "connections per worker for short reads", 1, 32, NULL},
    {"db.quick_depth", "16", "reads in flight on one such connection", 1, 16, NULL},
    {"db.write", "4", "connections per worker for writes", 1, 64, NULL},
    {"db.queue", "2000", "requests waiting per lane before 503", 16, 100000, NULL},
    {"db.retry_ms", "3000", "how long a request waits for a lost database", 0, 60000, NULL},
    {"jobs.threads", "2", "imports and exports at a time; 0: none on this machine", 0, 8, NULL},
    {"jobs.silent_s", "15", "a job without a sign of life for so many seconds is taken over", 2,
     3600, NULL},
    {"jobs.chores", "1", "0: what the clock brings is left to `wulian chores run`", 0, 1, NULL},
    {"notice.threads", "2", "senders of webhooks and short messages; 0: none on this machine", 0, 8,
     NULL},
    {"notice.timeout_ms", "10000", "how long a receiver may take to answer", 100, 60000, NULL},
    {"notice.retry_ms", "30000", "wait before the second try, doubled before each further one", 10,
     3600000, NULL},
    {"notice.remind_s", "60", "seconds between looks for limits that run out; 0: no reminders", 0,
     3600, NULL},
    {"notice.allow", "",
     "receivers on the own network, host:port, space-separated; all else is https to public "
     "addresses",
     0, 0, NULL},
    {"notice.ca_file", "", "certificates trusted instead of the system's, for receivers", 0, 0,
     NULL},
    {"keys.master_file", "", "file with the master key, 64 hex digits", 0, 0, NULL},
    {"audit.key_file", "",
     "file with the key that seals the audit ledger, 64 hex digits; empty: it is not sealed", 0, 0,
     NULL},
    {"audit.checkpoint_dir", "", "folder for copies of the seals outside the database", 0, 0, NULL},
    {"audit.seal_ms", "700", "time between seals of a county's ledger", 50, 60000, NULL},
    {"audit.seal_rows", "1000", "rows under one seal", 1, 100000, NULL},
    {"audit.alert_s", "10", "age of an unsealed row at which the log warns", 1, 3600, NULL},
    {"audit.refuse_s", "60",
     "age of an unsealed row at which personal data is no longer shown; 0: never", 0, 86400, NULL},
    {"files.dir", "", "folder of uploaded files; empty: below the embedded server's state", 0, 0,
     NULL},
    {"files.gm", "/usr/bin/gm", "GraphicsMagick, for thumbnails", 0, 0, NULL},
    {"auth.scrypt_log_n", "15", "cost of password hashes: 2^n rounds, 2^n kB of memory each", 10,
     20, NULL},
    {"auth.step_up_minutes", "5",
     "grants, exports and switches ask for the password again after so long; 0: never", 0, 720,
     NULL},
    {"limits.look", "1200", "short reads that one person may ask for in a minute; 0: any number", 0,
     1000000, NULL},
    {"limits.heavy", "300", "the same of long reads and searches for people", 0, 1000000, NULL},
    {"limits.write", "300", "the same of writes", 0, 1000000, NULL},
    {"limits.job", "30", "the same of imports and exports", 0, 1000000, NULL},
    {"limits.secret", "20", "the same of what asks for the password", 0, 1000000, NULL},
    {"limits.sign_in_address", "30",
     "failed sign-ins from one address in ten minutes, known browsers apart; 0: any number", 0,
     1000000, NULL},
    {"limits.sign_in_county", "300", "the same of one county from anywhere", 0, 1000000, NULL},
    {"paths.plugins", "", "folder of the plugins' .so", 0, 0, "$bin/plugins"},
    {"paths.plugins_sql", "", "folder of the plugins' sql and messages", 0, 0, "plugins"},
    {"paths.sql", "", "folder of the core's sql", 0, 0, "sql"},
    {"paths.core", "", "folder of the core: its messages", 0, 0, "core"},
    {"paths.web", "", "folder of the console's build", 0, 0, "web/dist"},
    {"plugins.enabled", "*", "names of the plugins to load, space-separated; * all", 0, 0, NULL},
    {"plugins.crash_limit", "3",
     "crashes within the window after which a plugin is held back; 0: never", 0, 60, NULL},
    {"plugins.crash_window_s", "300", "the window in which crashes are counted", 1, 86400, NULL},
    {"plugins.quarantine", "",
     "folder that remembers who is held back; empty: below the embedded server's state", 0, 0,
     NULL},
    {"process.user", "wulian", "user that children run as when started by root", 0, 0, NULL},
    {"process.control", "",
     "unix socket on which `wulian reload` finds the server; empty: in the embedded server's state",
     0, 0, NULL},
    {"embedded.bin", "", "folder of postgres and initdb; empty: the newest found", 0, 0, NULL},
    {"metrics.listen", "", "address and port of /metrics, off the network; empty: none", 0, 0,
     NULL},
    {"watch.backup_stamp", "",
     "file that every backup touches when it has succeeded; empty: nobody watches", 0, 0, NULL},
    {"watch.certificate", "",
     "certificate of the proxy before the server, PEM; empty: nobody watches", 0, 0, NULL},
    {"log.level", "info", "debug, info, warn or error", 0, 0, NULL},
};

enum { COUNT = sizeof table / sizeof table[0] };

/* Passed on to children whatever the settings say. */
static const char *const passed[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
                                     "TSAN_OPTIONS", "LD_PRELOAD"};

char *exe_path(struct arena *a)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    return n > 0 ? arena_strndup(a, path, (size_t)n) : NULL;
}

static char *parent(struct arena *a, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return slash ? arena_strndup(a, path, (size_t)(slash - path)) : NULL;
}

char *tree_path(struct arena *a)
{
    char *dir = parent(a, exe_path(a));
    struct stat st;

    for (int i = 0; dir && i < TREE_LEVELS; i++, dir = parent(a, dir))
        if (stat(arena_printf(a, "%s/sql", dir), &st) == 0 && S_ISDIR(st.st_mode))
            return dir;
    return NULL;
}

static void paths_fill(struct settings *s)
{
    const char *tree = tree_path(s->arena);
    const char *bin = parent(s->arena, exe_path(s->arena));

    for (size_t i = 0; i < COUNT; i++) {
        const char *below = table[i].below;

        if (!below || *s->rows[i].value)
            continue;
        if (str_starts(below, "$bin") && bin)
            s->rows[i].value = arena_printf(s->arena, "%s%s", bin, below + strlen("$bin"));
        else if (tree)
            s->rows[i].value = arena_printf(s->arena, "%s/%s", tree, below);
    }
}

static bool values_check(struct settings *s, char **why)
{
    const char *level = settings_text(s, "log.level");

    for (size_t i = 0; i < COUNT; i++) {
        int64_t v = 0;

        if (!table[i].most)
            continue;
        if (str_int64(s->rows[i].value, &v) && v >= table[i].least && v <= table[i].most)
            continue;
        *why = arena_printf(s->arena, "%s must be a number from %lld to %lld", table[i].name,
                            (long long)table[i].least, (long long)table[i].most);
        return false;
    }
    if (!str_has_word("debug info warn error", level)) {
        *why = arena_printf(s->arena, "log.level must be debug, info, warn or error");
        return false;
    }
    return true;
}

static bool settings_load(struct settings *s, char **why)
{
    s->rows = arena_alloc(s->arena, COUNT * sizeof *s->rows);
    s->n = COUNT;
    for (size_t i = 0; i < COUNT; i++)
        s->rows[i] = (struct setting){table[i].name, table[i].value, table[i].help};
    if (!ini_load(s->arena, s->config, s->rows, s->n, why))
        return false;
    paths_fill(s);
    if (!values_check(s, why))
        return false;
    return !s->embedded || place_settings(s, s->embedded, why);
}

/* Removes argv[i] and, with `both`, the value after it. */
static void take(int *argc, char **argv, int i, bool both)
{
    int n = both ? 2 : 1;

    memmove(argv + i, argv + i + n, (size_t)(*argc - i - n + 1) * sizeof *argv);
    *argc -= n;
}

static bool options_take(struct settings *s, int *argc, char **argv)
{
    for (int i = 1; i < *argc;) {
        bool is_config = str_eq(argv[i], "--config");
        bool is_embedded = str_eq(argv[i], "--embedded");

        if (str_eq(argv[i], "--help")) {
            s->help = true;
            take(argc, argv, i, false);
        } else if ((is_config || is_embedded) && i + 1 < *argc) {
            *(is_config ? &s->config : &s->embedded) = argv[i + 1];
            take(argc, argv, i, true);
        } else if (is_config || is_embedded) {
            fprintf(stderr, "wulian %s: %s needs a value\n", argv[0], argv[i]);
            return false;
        } else {
            i++;
        }
    }
    return true;
}

bool settings_from_args(struct settings *s, int *argc, char **argv)
{
    char *why = NULL;

    *s = (struct settings){.arena = arena_new(ARENA_MAX)};
    if (!options_take(s, argc, argv))
        return false;
    if (s->help || settings_load(s, &why))
        return true;
    fprintf(stderr, "wulian %s: %s\n", argv[0], why);
    return false;
}

bool settings_again(struct settings *s, const struct settings *old, char **why)
{
    *s = (struct settings){
        .arena = arena_new(ARENA_MAX), .config = old->config, .embedded = old->embedded};
    return settings_load(s, why);
}

void settings_free(struct settings *s)
{
    arena_free(s->arena);
    *s = (struct settings){0};
}

const char *settings_text(const struct settings *s, const char *name)
{
    return setting_text(s->rows, s->n, name);
}

int64_t settings_int(const struct settings *s, const char *name)
{
    bool ok = false;
    int64_t v = setting_int(s->rows, s->n, name, &ok);

    assert(ok);
    return v;
}

enum log_level settings_log_level(const struct settings *s)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    enum log_level level = LOG_ERROR;

    while (level > LOG_DEBUG && !str_eq(names[level], settings_text(s, "log.level")))
        level--;
    return level;
}

void settings_set(struct settings *s, const char *name, const char *value)
{
    for (size_t i = 0; i < s->n; i++) {
        if (!str_eq(s->rows[i].name, name))
            continue;
        s->rows[i].value = arena_strdup(s->arena, value);
        return;
    }
    assert(!"setting is not declared");
}

void settings_help(FILE *out)
{
    fputs("\nSettings (INI file with [section] and key = value, or environment\n"
          "WULIAN_SECTION_KEY):\n",
          out);
    for (size_t i = 0; i < COUNT; i++) {
        const char *value = table[i].below ? table[i].below : table[i].value;

        fprintf(out, "  %-20s %s%s%s%s\n", table[i].name, table[i].help, *value ? " [" : "", value,
                *value ? "]" : "");
    }
}

static char *environment_line(struct arena *a, const struct setting *row)
{
    char *line = arena_printf(a, "WULIAN_%s=%s", row->name, row->value);

    for (char *c = line; *c != '='; c++) {
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        else if (*c == '.')
            *c = '_';
    }
    return line;
}

char **settings_environment(struct arena *a, const struct settings *s, const char *without)
{
    enum { PASSED = sizeof passed / sizeof passed[0] };
    char **env = arena_alloc(a, (s->n + PASSED + 4) * sizeof *env);
    size_t n = 0;

    env[n++] = arena_strdup(a, "PATH=/usr/local/bin:/usr/bin:/bin");
    env[n++] = arena_strdup(a, "LANG=C.UTF-8");
    for (size_t i = 0; i < PASSED; i++)
        if (getenv(passed[i]))
            env[n++] = arena_printf(a, "%s=%s", passed[i], getenv(passed[i]));
    for (size_t i = 0; i < s->n && !str_eq(without, "*"); i++)
        if (!str_has_word(without, s->rows[i].name))
            env[n++] = environment_line(a, &s->rows[i]);
    env[n] = NULL;
    return env;
}
