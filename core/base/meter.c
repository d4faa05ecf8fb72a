#include "base/meter.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/page.h"
#include "base/str.h"
#include "base/time.h"

/* FREE → TAKEN by the one that writes the name → READY. That is a matter of nanoseconds, so others
 * wait for it; who died in between left a row that everybody walks past after that patience. */
enum { FREE, TAKEN, READY, PATIENCE = 1000 };

struct row {
    atomic_int state;
    char sample[METER_TEXT - sizeof(int32_t)];
    meter n;
};

static struct row own[METERS + 1]; /* the last one: METER_LOST */
static struct row *rows = own;

int meter_page_create(void)
{
    return page_create(sizeof own);
}

bool meter_open(int fd)
{
    void *p = page_map(fd, sizeof own);

    if (p)
        rows = p;
    return p != NULL;
}

/* The row of that name, or the first free one taken for it; NULL when it must be looked for
 * further on. */
static meter *row_try(struct row *r, const char *sample)
{
    int state = FREE;

    if (atomic_compare_exchange_strong(&r->state, &state, TAKEN)) {
        memcpy(r->sample, sample, sizeof r->sample);
        atomic_store_explicit(&r->state, READY, memory_order_release);
        return &r->n;
    }
    for (int i = 0; state == TAKEN && i < PATIENCE; i++) {
        sched_yield();
        state = atomic_load_explicit(&r->state, memory_order_acquire);
    }
    return state == READY && strcmp(r->sample, sample) == 0 ? &r->n : NULL;
}

static meter *find(const char *sample)
{
    size_t at = str_hash(sample);

    for (size_t i = 0; i < METERS; i++) {
        meter *m = row_try(&rows[(at + i) % METERS], sample);

        if (m)
            return m;
    }
    return NULL;
}

meter *meter_named(const char *fmt, ...)
{
    char sample[sizeof rows->sample] = "";
    va_list ap;
    meter *m;

    va_start(ap, fmt);
    vsnprintf(sample, sizeof sample, fmt, ap);
    va_end(ap);
    m = find(sample);
    return m ? m : &rows[METERS].n;
}

void meter_now(meter *m)
{
    meter_set(m, clock_mono());
}

void meter_each(void (*tell)(void *arg, const char *sample, int64_t n), void *arg)
{
    tell(arg, METER_LOST, meter_read(&rows[METERS].n));
    for (size_t i = 0; i < METERS; i++)
        if (atomic_load_explicit(&rows[i].state, memory_order_acquire) == READY)
            tell(arg, rows[i].sample, meter_read(&rows[i].n));
}
