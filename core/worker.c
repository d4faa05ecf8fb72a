/* The worker process: one loop over the listening front, the database and the threads. */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "crypto/crypto.h"
#include "db/loop.h"
#include "file/store.h"
#include "http/dispatch.h"
#include "http/health.h"
#include "http/server.h"
#include "iam/session.h"
#include "ops_health.h"
#include "notice/post.h"
#include "plugin/modules.h"
#include "record/schema.h"
#include "settings.h"
#include "slots.h"
#include "tenant/keyring.h"

enum {
    ARENA_MAX = 256 << 20,
    HINTS = 10000,
    THREAD_QUEUE = 256,
    HEADER_MS = 10000,
    BODY_MS = 30000,
    CONNECT_MS = 20000,
    DRAIN_US = 30 * 1000 * 1000
};

enum source { FROM_SIGNAL, FROM_DB, FROM_THREADS, FROM_HTTP, SOURCES };

struct worker {
    const struct process_args *args;
    struct arena *arena;
    struct module_list modules;
    const struct op **ops;
    int nops, schema;
    struct crash_slot *slots; /* this process's row */
    struct plugin_watch watch;
    struct db_loop *db;
    struct dispatcher *dispatcher;
    struct http_server *http;
    int epoll, signals;
    int64_t drained_by; /* monotonic µs; 0: not draining */
};

static bool refuse(const char *what, const char *why)
{
    log_line(LOG_ERROR, "start_refused", "%s: %s", what, why);
    return false;
}

/* --- crash slots ------------------------------------------------------------------------------ */

static const char *version_of(const struct worker *w, const char *plugin)
{
    for (int i = 0; i < w->modules.n; i++)
        if (str_eq(w->modules.items[i].plugin->name, plugin))
            return w->modules.items[i].plugin->version;
    return "";
}

static void plugin_enter(void *self, int thread, const struct op *op, const char *request)
{
    struct worker *w = self;

    slot_enter(&w->slots[thread], op->plugin, version_of(w, op->plugin), op->path, request);
}

static void plugin_leave(void *self, int thread)
{
    struct worker *w = self;

    slot_leave(&w->slots[thread]);
}

/* --- start ------------------------------------------------------------------------------------ */

/* Blocked before the first thread is made, so that none of them takes a signal. */
static bool signals_take_over(struct worker *w)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return refuse("signals", strerror(errno));
    w->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return w->signals >= 0 || refuse("signals", strerror(errno));
}

static bool secrets_open(const struct settings *s)
{
    const char *why = "";

    if (!crypto_self_test())
        return refuse("cryptography", "a known-answer test failed");
    session_cost((int)settings_int(s, "auth.scrypt_log_n"));
    post_open(&(struct post_options){.allow = settings_text(s, "notice.allow")});
    if (!file_store_open(settings_text(s, "files.dir"), &why))
        log_line(LOG_WARN, "files_unavailable", "%s", why); /* all else works */
    return keyring_open(settings_text(s, "keys.master_file"), &why) || refuse("keys", why);
}

static bool slots_open(struct worker *w)
{
    struct slots *all = slots_map(w->args->slots_fd);

    if (!all)
        return refuse("crash slots", strerror(errno));
    w->slots = all->slot[w->args->index];
    w->watch = (struct plugin_watch){plugin_enter, plugin_leave, w};
    return true;
}

static bool modules_open(struct worker *w)
{
    const struct module_options o = module_options_of(w->args->settings);
    const char *why = "";

    return modules_load(w->arena, &o, &w->modules, &why) || refuse("modules", why);
}

/* The program, its description of records and the database must be of one make. */
static bool database_check(struct worker *w, struct db_conn *conn)
{
    const char *why = "";
    int there = schema_of_database(w->arena, conn);

    if (there != w->schema)
        return refuse("database", arena_printf(w->arena,
                                               "its schema is number %d, this program's is %d: run "
                                               "wulian migrate with this version",
                                               there, w->schema));
    return modules_check(w->arena, &w->modules, conn, false, &why) || refuse("modules", why);
}

static bool database_open(struct worker *w)
{
    const struct settings *s = w->args->settings;
    char *why = NULL;
    struct db_conn *conn = db_open(settings_text(s, "db.app_dsn"), CONNECT_MS, &why);
    bool ok;

    w->schema = schema_of_folder(settings_text(s, "paths.sql"));
    ok = conn ? database_check(w, conn) : refuse("database", why ? why : "");
    db_why_free(why);
    db_close(conn);
    return ok;
}

static void ops_collect(struct worker *w)
{
    int n = 0;
    const struct op *const *from = modules_ops(w->arena, &w->modules, &n);

    w->ops = arena_alloc(w->arena, (size_t)(n + http_nops + 1) * sizeof *w->ops);
    for (int i = 0; i < n; i++)
        w->ops[w->nops++] = from[i];
    for (int i = 0; i < http_nops; i++)
        w->ops[w->nops++] = &http_ops[i];
    w->ops[w->nops++] = readyz_op(w->arena, w->schema);
    schema_set_ops(w->ops, w->nops);
}

static bool backend_open(struct worker *w)
{
    const struct settings *s = w->args->settings;
    const struct db_loop_options loop = {.dsn = settings_text(s, "db.app_dsn"),
                                         .quick = (int)settings_int(s, "db.quick"),
                                         .write = (int)settings_int(s, "db.write"),
                                         .quick_depth = (int)settings_int(s, "db.quick_depth"),
                                         .queue_max = (int)settings_int(s, "db.queue"),
                                         .retry_ms = (int)settings_int(s, "db.retry_ms")};
    struct dispatch_options o = {.app_dsn = settings_text(s, "db.app_dsn"),
                                 .gate_dsn = settings_text(s, "db.gate_dsn"),
                                 .threads = (int)settings_int(s, "http.threads"),
                                 .queue = THREAD_QUEUE,
                                 .secret_threads = (int)settings_int(s, "http.secret_threads"),
                                 .hints = HINTS,
                                 .watch = &w->watch};

    o.db = w->db = db_loop_new(&loop);
    w->dispatcher = dispatcher_new(&o);
    return w->dispatcher || refuse("threads", "they cannot be made");
}

static bool front_open(struct worker *w)
{
    const struct settings *s = w->args->settings;
    const char *web = settings_text(s, "paths.web");
    const struct http_backend backend = dispatcher_backend(w->dispatcher);
    const struct http_options o = {.listen_fd = w->args->listen_fd,
                                   .hosts = settings_text(s, "http.hosts"),
                                   .static_root = access(web, X_OK) == 0 ? web : NULL,
                                   .version = WULIAN_VERSION,
                                   .connections = (int)settings_int(s, "http.connections"),
                                   .header_ms = HEADER_MS,
                                   .body_ms = BODY_MS,
                                   .request_ms = (int)settings_int(s, "http.request_ms"),
                                   .secure_cookie = settings_int(s, "http.secure_cookie") != 0};
    const char *why = "";

    w->http = http_server_new(&o, w->ops, w->nops, &backend, &why);
    return w->http || refuse("http", why);
}

static bool watch(struct worker *w, int fd, enum source from)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = from};

    return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

static bool loop_open(struct worker *w)
{
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (w->epoll >= 0 && watch(w, w->signals, FROM_SIGNAL) &&
        watch(w, db_loop_fd(w->db), FROM_DB) &&
        watch(w, dispatcher_fd(w->dispatcher), FROM_THREADS) &&
        watch(w, http_server_fd(w->http), FROM_HTTP))
        return true;
    return refuse("loop", strerror(errno));
}

static bool worker_open(struct worker *w)
{
    if (!signals_take_over(w) || !secrets_open(w->args->settings) || !slots_open(w) ||
        !modules_open(w) || !database_open(w))
        return false;
    ops_collect(w);
    return backend_open(w) && front_open(w) && loop_open(w);
}

/* --- the loop --------------------------------------------------------------------------------- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int timeout_ms(const struct worker *w)
{
    int64_t now = clock_mono();
    int64_t next = earlier(db_loop_next(w->db), http_server_next(w->http));

    if (w->drained_by)
        next = earlier(next, w->drained_by);
    if (next == INT64_MAX)
        return -1;
    return next <= now ? 0 : (int)earlier((next - now + 999) / 1000, 60000);
}

static void drain_begin(struct worker *w)
{
    struct signalfd_siginfo info;

    while (read(w->signals, &info, sizeof info) == (ssize_t)sizeof info)
        continue;
    if (w->drained_by)
        return;
    log_line(LOG_INFO, "draining", "%d requests in flight", http_server_busy(w->http));
    w->drained_by = clock_mono() + DRAIN_US;
    http_server_drain(w->http);
}

/* The database first: what it answered is rendered, and sent by the front's step of the same
 * turn. */
static void turn(struct worker *w)
{
    struct epoll_event e[SOURCES];
    bool from[SOURCES] = {false};
    int n = epoll_wait(w->epoll, e, SOURCES, timeout_ms(w));
    int64_t now = clock_mono();

    for (int i = 0; i < n; i++)
        from[e[i].data.u32] = true;
    if (from[FROM_SIGNAL])
        drain_begin(w);
    if (from[FROM_DB] || db_loop_next(w->db) <= now)
        db_loop_step(w->db);
    if (from[FROM_THREADS])
        dispatcher_step(w->dispatcher);
    if (from[FROM_HTTP] || http_server_next(w->http) <= clock_mono())
        http_server_step(w->http);
}

static bool worker_done(const struct worker *w)
{
    bool idle = http_server_busy(w->http) == 0 && dispatcher_pending(w->dispatcher) == 0;

    return w->drained_by && (idle || clock_mono() >= w->drained_by);
}

/* The database's loop first: its end ends the calls that wait for it. */
static void worker_close(struct worker *w)
{
    db_loop_free(w->db);
    dispatcher_free(w->dispatcher);
    http_server_free(w->http);
    if (w->epoll >= 0)
        close(w->epoll);
    if (w->signals >= 0)
        close(w->signals);
    arena_free(w->arena);
}

int worker_main(const struct process_args *args)
{
    struct worker w = {.args = args, .epoll = -1, .signals = -1};
    int status = EXIT_FAILED;

    w.arena = arena_new(ARENA_MAX);
    if (!worker_open(&w))
        goto out;
    process_ready(args);
    while (!worker_done(&w))
        turn(&w);
    status = EXIT_OK;
out:
    worker_close(&w);
    return status;
}
