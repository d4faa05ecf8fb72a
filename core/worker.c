/* The worker process: one loop over the listening front, the database and the threads. */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "ceiling.h"
#include "crypto/crypto.h"
#include "db/loop.h"
#include "file/store.h"
#include "gauges.h"
#include "http/dispatch.h"
#include "http/health.h"
#include "http/server.h"
#include "metrics.h"
#include "iam/guess.h"
#include "iam/hint.h"
#include "iam/session.h"
#include "iam/step_up.h"
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
    DRAIN_US = 30 * 1000 * 1000,
    METRICS_CONNECTIONS = 16,
    METRICS_MS = 1000
};

enum source { FROM_SIGNAL, FROM_DB, FROM_THREADS, FROM_HTTP, FROM_METRICS, SOURCES };

struct worker {
    const struct process_args *args;
    struct arena *arena;
    struct module_list modules;
    const struct op **ops;
    int nops, schema;
    struct crash_slot *slots; /* this process's row */
    struct plugin_watch watch;
    struct gauges gauges;
    struct db_loop *db;
    struct dispatcher *dispatcher;
    struct http_server *http, *metrics; /* metrics: NULL when nobody asked for it */
    int epoll, signals;
    bool ending;        /* nobody accepts after us: what asks nothing is not waited for */
    int64_t drained_by; /* monotonic µs; 0: not draining */
    int status;         /* when drained */
    atomic_bool starved; /* of descriptors */
};

static bool refuse(const struct worker *w, const char *what, const char *why)
{
    return process_refuse(w->args, what, why);
}

/* --- crash slots ------------------------------------------------------------------------------ */

static const char *version_of(const struct worker *w, const char *plugin)
{
    for (int i = 0; i < w->modules.n; i++)
        if (str_eq(w->modules.items[i].plugin->name, plugin))
            return w->modules.items[i].plugin->version;
    return "";
}

/* A handler past its deadline may still be cleaning up; past twice of it the master ends us. */
static void plugin_enter(void *self, int thread, const struct call *c)
{
    struct worker *w = self;

    slot_enter(&w->slots[thread], &(struct slot_entry){.plugin = c->op->plugin,
                                                       .version = version_of(w, c->op->plugin),
                                                       .route = c->op->path,
                                                       .request = c->id,
                                                       .until = 2 * c->deadline - c->started});
}

static void plugin_leave(void *self, int thread)
{
    struct worker *w = self;

    slot_leave(&w->slots[thread]);
    if (!ceiling_files_left())
        atomic_store(&w->starved, true); /* the end of the call wakes the loop */
}

/* --- start ------------------------------------------------------------------------------------ */

/* Blocked before the first thread is made, so that none of them takes a signal. */
static bool signals_take_over(struct worker *w)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGNAL_RETIRE);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return refuse(w, "signals", strerror(errno));
    w->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return w->signals >= 0 || refuse(w, "signals", strerror(errno));
}

static bool secrets_open(struct worker *w)
{
    const struct settings *s = w->args->settings;
    const char *why = "";

    if (!crypto_self_test())
        return refuse(w, "cryptography", "a known-answer test failed");
    session_cost((int)settings_int(s, "auth.scrypt_log_n"));
    guess_limits((int)settings_int(s, "limits.sign_in_address"),
                 (int)settings_int(s, "limits.sign_in_county"));
    step_up_set((int)settings_int(s, "auth.step_up_minutes"));
    if (*settings_text(s, "audit.key_file"))
        enter_audit_within((int)settings_int(s, "audit.refuse_s"));
    post_open(&(struct post_options){.allow = settings_text(s, "notice.allow")});
    if (!file_store_open(settings_text(s, "files.dir"), &why))
        log_line(LOG_WARN, "files_unavailable", "%s", why); /* all else works */
    return keyring_open(settings_text(s, "keys.master_file"), &why) || refuse(w, "keys", why);
}

static bool slots_open(struct worker *w)
{
    struct slots *all = slots_map(w->args->slots_fd);

    if (!all)
        return refuse(w, "crash slots", strerror(errno));
    w->slots = all->slot[w->args->index];
    quarantine_obey(&all->quarantine);
    w->watch = (struct plugin_watch){plugin_enter, plugin_leave, w};
    return true;
}

static bool modules_open(struct worker *w)
{
    struct module_options o = module_options_of(w->args->settings);
    const struct load_watch load = slot_load_watch(w->slots);
    const char *why = "";

    o.watch = &load;
    return modules_load(w->arena, &o, &w->modules, &why) || refuse(w, "modules", why);
}

static bool is_sealed(const struct worker *w)
{
    return *settings_text(w->args->settings, "audit.key_file");
}

/* The program, its description of records and the database must be of one make. */
static bool database_check(struct worker *w, struct db_conn *conn)
{
    const char *why = "";
    int there = schema_of_database(w->arena, conn);

    if (there < w->schema || (there > w->schema && !w->args->again))
        return refuse(w, "database", arena_printf(w->arena,
                                               "its schema is number %d, this program's is %d: run "
                                               "wulian migrate with this version",
                                               there, w->schema));
    if (is_sealed(w) && !audit_at_home(w->arena, conn))
        return refuse(w, "audit",
                      "the database was restored into another cluster: run wulian migrate");
    return modules_check(w->arena, &w->modules, conn, modules_look(w->args->again), &why) ||
           refuse(w, "modules", why);
}

static bool database_open(struct worker *w)
{
    const struct settings *s = w->args->settings;
    char *why = NULL;
    struct db_conn *conn = db_open(settings_text(s, "db.app_dsn"), CONNECT_MS, &why);
    bool ok;

    w->schema = schema_of_folder(settings_text(s, "paths.sql"));
    ok = conn ? database_check(w, conn) : refuse(w, "database", why ? why : "");
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
    w->ops[w->nops++] = readyz_op(w->arena, w->schema, is_sealed(w));
    schema_set_ops(w->ops, w->nops);
}

static struct limits limits_of(struct worker *w)
{
    struct limits l;

    for (int i = 0; i < LIMITS; i++)
        l.per_minute[i] = (int)settings_int(
            w->args->settings, arena_printf(w->arena, "limits.%s", limit_names[i]));
    return l;
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
                                 .limits = limits_of(w),
                                 .watch = &w->watch};

    o.db = w->db = db_loop_new(&loop);
    w->dispatcher = dispatcher_new(&o);
    return w->dispatcher || refuse(w, "threads", "they cannot be made");
}

static bool front_open(struct worker *w)
{
    const struct settings *s = w->args->settings;
    const char *web = settings_text(s, "paths.web");
    const struct http_backend backend = dispatcher_backend(w->dispatcher);
    const struct http_options o = {.listen_fd = w->args->listen_fd,
                                   .hosts = settings_text(s, "http.hosts"),
                                   .proxies = settings_text(s, "http.proxies"),
                                   .static_root = access(web, X_OK) == 0 ? web : NULL,
                                   .version = WULIAN_VERSION,
                                   .connections = (int)settings_int(s, "http.connections"),
                                   .header_ms = HEADER_MS,
                                   .body_ms = BODY_MS,
                                   .request_ms = (int)settings_int(s, "http.request_ms"),
                                   .secure_cookie = settings_int(s, "http.secure_cookie") != 0};
    const char *why = "";

    w->http = http_server_new(&o, w->ops, w->nops, &backend, &why);
    return w->http || refuse(w, "http", why);
}

/* A front of its own: what it answers concerns nobody's data, and asks nobody who he is. */
static bool metrics_open(struct worker *w)
{
    static const struct op *const ops[] = {&metrics_op};
    const struct http_backend backend = dispatcher_backend(w->dispatcher);
    const struct http_options o = {.listen_fd = w->args->metrics_fd,
                                   .hosts = "*",
                                   .version = WULIAN_VERSION,
                                   .connections = METRICS_CONNECTIONS,
                                   .header_ms = HEADER_MS,
                                   .body_ms = BODY_MS,
                                   .request_ms = METRICS_MS};
    const char *why = "";

    if (o.listen_fd < 0)
        return true;
    w->metrics = http_server_new(&o, ops, sizeof ops / sizeof ops[0], &backend, &why);
    return w->metrics || refuse(w, "metrics", why);
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
        watch(w, http_server_fd(w->http), FROM_HTTP) &&
        (!w->metrics || watch(w, http_server_fd(w->metrics), FROM_METRICS)))
        return true;
    return refuse(w, "loop", strerror(errno));
}

static bool worker_open(struct worker *w)
{
    ceiling_set(w->args->settings);
    if (!signals_take_over(w) || !secrets_open(w) || !slots_open(w) ||
        !modules_open(w) || !database_open(w))
        return false;
    ops_collect(w);
    gauges_open(&w->gauges, w->args->index);
    return backend_open(w) && front_open(w) && metrics_open(w) && loop_open(w);
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

    if (w->metrics)
        next = earlier(next, http_server_next(w->metrics));
    if (w->drained_by)
        next = earlier(next, w->drained_by);
    if (next == INT64_MAX)
        return -1;
    return next <= now ? 0 : (int)earlier((next - now + 999) / 1000, 60000);
}

static void drain_begin(struct worker *w)
{
    if (w->ending)
        http_server_drain(w->http);
    else
        http_server_retire(w->http);
    if (w->drained_by)
        return;
    log_line(LOG_INFO, "draining", "%d requests in flight, %d connections",
             http_server_busy(w->http), http_server_connections(w->http));
    w->drained_by = clock_mono() + DRAIN_US;
    if (w->metrics)
        http_server_drain(w->metrics);
}

static void signal_take(struct worker *w)
{
    struct signalfd_siginfo info;

    while (read(w->signals, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo != SIGNAL_RETIRE)
            w->ending = true;
    drain_begin(w);
}

/* What a plugin does not give back only the end of the process does: others accept while the master
 * starts a new one. */
static void starved_look(struct worker *w)
{
    if (w->drained_by || !atomic_load(&w->starved))
        return;
    log_line(LOG_ERROR, "out_of_descriptors", "%d connections, and a plugin took all the rest",
             http_server_connections(w->http));
    w->status = EXIT_FAILED;
    drain_begin(w);
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
        signal_take(w);
    if (from[FROM_DB] || db_loop_next(w->db) <= now)
        db_loop_step(w->db);
    if (from[FROM_THREADS])
        dispatcher_step(w->dispatcher);
    if (from[FROM_HTTP] || http_server_next(w->http) <= clock_mono())
        http_server_step(w->http, from[FROM_HTTP]);
    if (from[FROM_METRICS] || (w->metrics && http_server_next(w->metrics) <= clock_mono()))
        http_server_step(w->metrics, from[FROM_METRICS]);
    gauges_set(&w->gauges, w->http, w->db, w->dispatcher);
    starved_look(w);
}

static bool worker_done(const struct worker *w)
{
    int open = w->ending ? http_server_busy(w->http) : http_server_connections(w->http);
    bool idle = open == 0 && dispatcher_pending(w->dispatcher) == 0;

    return w->drained_by && (idle || clock_mono() >= w->drained_by);
}

/* The database's loop first: its end ends the calls that wait for it. */
static void worker_close(struct worker *w)
{
    gauges_end(&w->gauges);
    db_loop_free(w->db);
    dispatcher_free(w->dispatcher);
    http_server_free(w->http);
    http_server_free(w->metrics);
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
    slots_guard();
    process_ready(args);
    while (!worker_done(&w))
        turn(&w);
    status = w.status;
out:
    worker_close(&w);
    return status;
}
