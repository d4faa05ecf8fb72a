#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/meter.h"
#include "base/str.h"
#include "base/time.h"

enum { SECOND = 1000 * 1000, SINCE = -1 };

/* One row per family of samples, in the order of the answer. What is counted under a name that is
 * not here is not told: tests/api/metrics.test.mjs calls for the row. */
static const struct family {
    const char *name, *type, *help;
    /* Of the count in one of the sample: 1000000 for microseconds told as seconds. SINCE: the count
     * is a moment (meter_now), told as the seconds since; without a moment it is not told. */
    int64_t unit;
} families[] = {
    {"wulian_requests_total", "counter", "Answers by route and class of status.", 1},
    {"wulian_responses_total", "counter", "Answers by status, those without a route too.", 1},
    {"wulian_request_seconds", "histogram",
     "From the last byte of a request to its answer, by the lane it ran in.", 1000000},
    {"wulian_route_seconds_total", "counter", "What the answers of a route took together.", SECOND},
    {"wulian_problems_total", "counter", "Problems answered, by their stable code.", 1},
    {"wulian_password_hashes_total", "counter", "Passwords worked on, known or not.", 1},
    {"wulian_password_work_total", "counter", "What that took, in blocks of scrypt (N r p).", 1},
    {"wulian_denials_total", "counter", "Calls refused for lack of rights, by what lacked.", 1},
    {"wulian_limited_total", "counter", "Calls put off: too many of one person, by class of work.",
     1},
    {"wulian_reveals_total", "counter", "Encrypted values shown to somebody, by county.", 1},
    {"wulian_db_errors_total", "counter",
     "What the database refused: class of SQLSTATE; WL and a number: its own wall.", 1},
    {"wulian_row_security_refusals_total", "counter",
     "What only row security or a right in the database refused, and the application let pass.", 1},
    {"wulian_connections", "gauge", "Clients connected, by worker.", 1},
    {"wulian_requests_busy", "gauge", "Requests being answered, by worker.", 1},
    {"wulian_db_up", "gauge", "1: every lane of the worker has a connection.", 1},
    {"wulian_db_pending", "gauge", "Batches with the database or waiting for it, by worker.", 1},
    {"wulian_threads_busy", "gauge", "Threads at work, by worker and what they do.", 1},
    {"wulian_threads_waiting", "gauge", "Calls waiting for such a thread.", 1},
    {"wulian_process_starts_total", "counter", "Processes started, by kind.", 1},
    {"wulian_process_ends_total", "counter",
     "Processes ended, by kind; clean or not, wanted or not.", 1},
    {"wulian_plugin_crashes_total", "counter", "Processes that ended for a plugin's own code.", 1},
    {"wulian_plugin_quarantined", "gauge", "1: held back for its crashes.", 1},
    {"wulian_clock_runs_total", "counter", "What the jobs process did by the clock, by outcome.",
     1},
    {"wulian_jobs_waiting", "gauge", "People's long jobs not yet begun, all counties.", 1},
    {"wulian_notices_waiting", "gauge", "Messages to people not yet delivered, all counties.", 1},
    {"wulian_notices_late_seconds", "gauge", "How long the oldest of them waits.", 1},
    {"wulian_audit_late_seconds", "gauge", "How long the oldest unsealed row of the audit waits.",
     1000000},
    {"wulian_audit_unsealed_rows", "gauge",
     "Rows of the audit without a seal, all counties; of each 10,000 at most.", 1},
    {"wulian_db_disk_full", "gauge", "1: the database's tables cannot grow.", 1},
    {"wulian_wal_archive_failures_total", "counter", "Segments of the log not archived at a try.",
     1},
    {"wulian_replicas", "gauge", "Standbys that the database streams its log to.", 1},
    {"wulian_replica_late_bytes", "gauge", "Log that the last of them has not applied.", 1},
    {"wulian_backup_age_seconds", "gauge", "Since the last backup that succeeded, by its stamp.",
     1},
    {"wulian_certificate_days", "gauge", "Days that the proxy's certificate is still good for.",
     1},
    {"wulian_jobs_silent_seconds", "gauge",
     "Since the jobs process last looked, by thread: what it tells by gauges is as old.", SINCE},
    {"wulian_disk_free_ratio", "gauge", "Free part of the disk below a folder.", 1000000},
    {METER_LOST, "counter", "Counts that found no place in the page: it is too small.", 1},
};

enum { FAMILIES = sizeof families / sizeof families[0] };

struct sample {
    const char *text;
    int64_t n;
    int family;
};

struct telling {
    struct sample s[METERS + 1];
    int n;
};

/* The name of a sample without labels; of a histogram also without what says which part it is. */
static bool belongs(const char *sample, const struct family *f)
{
    static const char *const parts[] = {"_bucket", "_sum", "_count", ""};
    size_t n = strlen(f->name);
    size_t name = strcspn(sample, "{");

    if (name < n || memcmp(sample, f->name, n) != 0)
        return false;
    if (!str_eq(f->type, "histogram"))
        return name == n;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (name - n == strlen(parts[i]) && memcmp(sample + n, parts[i], name - n) == 0)
            return true;
    return false;
}

static int family_of(const char *sample)
{
    for (int i = 0; i < FAMILIES; i++)
        if (belongs(sample, &families[i]))
            return i;
    return -1;
}

/* A process may note a moment between our look at the clock and at the page. */
static int64_t since(int64_t moment)
{
    int64_t now = clock_mono();

    return now > moment ? now - moment : 0;
}

static void take(void *arg, const char *sample, int64_t n)
{
    struct telling *t = arg;
    int i = family_of(sample);
    bool moment = i >= 0 && families[i].unit == SINCE;

    if (i < 0 || (moment && n == 0))
        return;
    t->s[t->n++] = (struct sample){sample, moment ? since(n) : n, i};
}

/* Buckets in the order of their limits, as the format wants them: the number behind le=". */
static double limit_of(const char *sample)
{
    const char *le = strstr(sample, "le=\"");

    return le ? strtod(le + strlen("le=\""), NULL) : 0;
}

static int compare(const void *a, const void *b)
{
    const struct sample *x = a, *y = b;
    const char *le = strstr(x->text, "le=\"");
    size_t n = le ? (size_t)(le - x->text) : 0;

    if (x->family != y->family)
        return x->family - y->family;
    if (le && strncmp(x->text, y->text, n) == 0)
        return limit_of(x->text) < limit_of(y->text) ? -1 : 1;
    return strcmp(x->text, y->text);
}

static void value_write(struct buf *out, const struct sample *s)
{
    int64_t unit = families[s->family].unit == SINCE ? SECOND : families[s->family].unit;

    /* what has a unit is told in it; buckets and counts of a histogram are plain numbers */
    if (unit == 1 || strstr(s->text, "_bucket{") || strstr(s->text, "_count{"))
        buf_printf(out, "%s %lld\n", s->text, (long long)s->n);
    else
        buf_printf(out, "%s %lld.%06lld\n", s->text, (long long)(s->n / unit),
                   (long long)(s->n % unit));
}

static void family_head(struct buf *out, const struct family *f)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, f->type);
}

static bool metrics_plan(struct call *c, struct db_batch *b)
{
    struct telling *t = arena_alloc(c->arena, sizeof *t);
    int family = -1;

    (void)b;
    meter_each(take, t);
    qsort(t->s, (size_t)t->n, sizeof *t->s, compare);
    for (int i = 0; i < t->n; i++) {
        if (t->s[i].family != family)
            family_head(&c->reply.body, &families[family = t->s[i].family]);
        value_write(&c->reply.body, &t->s[i]);
    }
    c->reply.status = 200;
    c->reply.type = "text/plain; version=0.0.4; charset=utf-8";
    return false;
}

const struct op metrics_op = {
    .method = "GET",
    .path = "/metrics",
    .lane = OP_QUICK,
    .flags = OP_ANONYMOUS,
    .plan = metrics_plan,
    .summary = "The server's counts, for Prometheus",
};
