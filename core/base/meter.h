/* What the processes of one server count of themselves. The counts stand in one shared page: they
 * outlive the process that made them, and whichever process is asked tells all (core/metrics.h).
 * Until meter_open a process counts in a page of its own. Any thread; nothing here blocks.
 *
 * A count has the name of the Prometheus sample that it becomes, labels included:
 * wulian_denials_total{code="not_permitted"}. Labels come from the program and its descriptions,
 * never from a request; no personal data. */
#ifndef WULIAN_BASE_METER_H
#define WULIAN_BASE_METER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef _Atomic int64_t meter;

enum {
    METER_TEXT = 248, /* a sample's name at most, with its NUL; what is longer is cut */
    METERS = 8192     /* samples; those that find no place count together as METER_LOST */
};

#define METER_LOST "wulian_samples_lost_total"

/* A descriptor (close-on-exec) of a fresh page; -1 with errno. */
int meter_page_create(void);
/* Counts there from now on, instead of in the own page; call it before the first thread is made.
 * False when it cannot be mapped or is of another version: nothing changed. */
bool meter_open(int fd);

/* The count of that name, made at 0 when it is new; stays valid. Keep it where requests pass. */
meter *meter_named(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static inline void meter_add(meter *m, int64_t n)
{
    atomic_fetch_add_explicit(m, n, memory_order_relaxed);
}

/* For what goes up and down. */
static inline void meter_set(meter *m, int64_t n)
{
    atomic_store_explicit(m, n, memory_order_relaxed);
}

static inline int64_t meter_read(meter *m)
{
    return atomic_load_explicit(m, memory_order_relaxed);
}

/* Notes this moment, of clock_mono: for what is told as the seconds since. */
void meter_now(meter *m);

/* Every count there is, in no order. */
void meter_each(void (*tell)(void *arg, const char *sample, int64_t n), void *arg);

#endif
