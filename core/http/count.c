#include "http/count.h"

#include "base/meter.h"
#include "base/str.h"

enum { LANES = OP_SECRET + 1, LIMITS = 13, CLASSES = 6, STATUSES = 600 };

/* Of a histogram: up to and including so many microseconds. */
static const struct {
    int64_t us;
    const char *le; /* the same in seconds */
} limits[LIMITS] = {
    {1000, "0.001"},  {2500, "0.0025"},  {5000, "0.005"},    {10000, "0.01"}, {25000, "0.025"},
    {50000, "0.05"},  {100000, "0.1"},   {250000, "0.25"},   {500000, "0.5"}, {1000000, "1"},
    {2500000, "2.5"}, {5000000, "5"},    {INT64_MAX, "+Inf"},
};

static const char *const lanes[LANES] = {
    [OP_QUICK] = "quick", [OP_WRITE] = "write", [OP_THREAD] = "plugin", [OP_SECRET] = "password"};

struct histogram {
    meter *bucket[LIMITS], *sum, *count;
};

struct route_counts {
    const struct op *op;
    /* Made at the first answer. */
    meter *class[CLASSES]; /* by first digit of the status */
    meter *time;
};

struct counts {
    struct route_counts *route; /* by number */
    meter *status[STATUSES];
    struct histogram lane[LANES];
};

static void histogram_make(struct histogram *h, const char *lane)
{
    for (int i = 0; i < LIMITS; i++)
        h->bucket[i] = meter_named("wulian_request_seconds_bucket{lane=\"%s\",le=\"%s\"}", lane,
                                   limits[i].le);
    h->sum = meter_named("wulian_request_seconds_sum{lane=\"%s\"}", lane);
    h->count = meter_named("wulian_request_seconds_count{lane=\"%s\"}", lane);
}

struct counts *counts_new(struct arena *a, const struct op *const *ops, int n)
{
    struct counts *k = arena_alloc(a, sizeof *k);

    k->route = arena_alloc(a, (size_t)n * sizeof *k->route);
    for (int i = 0; i < n; i++)
        k->route[i].op = ops[i];
    for (int i = 0; i < LANES; i++)
        histogram_make(&k->lane[i], lanes[i]);
    return k;
}

static void histogram_add(const struct histogram *h, int64_t us)
{
    for (int i = LIMITS; i-- > 0 && us <= limits[i].us;)
        meter_add(h->bucket[i], 1);
    meter_add(h->sum, us);
    meter_add(h->count, 1);
}

static void route_add(struct route_counts *r, int status, int64_t us)
{
    const struct op *op = r->op;
    meter **m = &r->class[status / 100];

    if (!*m)
        *m = meter_named("wulian_requests_total{method=\"%s\",route=\"%s\",status=\"%dxx\"}",
                         op->method, op->path, status / 100);
    meter_add(*m, 1);
    if (!r->time)
        r->time = meter_named("wulian_route_seconds_total{method=\"%s\",route=\"%s\"}", op->method,
                              op->path);
    meter_add(r->time, us);
}

void counts_answer(struct counts *k, int number, int status, int64_t us)
{
    meter **m = &k->status[status];

    if (!*m)
        *m = meter_named("wulian_responses_total{status=\"%d\"}", status);
    meter_add(*m, 1);
    if (number < 0)
        return;
    route_add(&k->route[number], status, us);
    histogram_add(&k->lane[k->route[number].op->lane], us);
}
