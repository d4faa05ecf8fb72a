#include "base/pace.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/page.h"

/* A bucket that leaks steadily needs one number only: when it will be empty. Each count adds a
 * step; it may lie only so far ahead. Beside it, in the upper bits, stands whose it is: a
 * bucket that is empty is anybody's. A key looks for its own within one line of the processor's
 * cache. */
enum { LINE = 8, LINES = 8192, TIME_BITS = 48, SECOND = 1000 * 1000 };

typedef _Atomic uint64_t bucket;

static bucket own[LINES][LINE];
static bucket (*lines)[LINE] = own;

int pace_page_create(void)
{
    return page_create(sizeof own);
}

bool pace_open(int fd)
{
    void *p = page_map(fd, sizeof own);

    if (p)
        lines = p;
    return p != NULL;
}

static int64_t empty_at(uint64_t seen)
{
    return (int64_t)(seen & ((UINT64_C(1) << TIME_BITS) - 1));
}

static bool is_of(uint64_t seen, uint64_t key)
{
    return seen >> TIME_BITS == key >> TIME_BITS;
}

/* The key's own, else an empty one; NULL: all are others'. */
static bucket *bucket_of(uint64_t key, int64_t now)
{
    bucket *line = lines[key % LINES], *empty = NULL;

    for (int i = 0; i < LINE; i++) {
        uint64_t seen = atomic_load_explicit(&line[i], memory_order_relaxed);

        if (is_of(seen, key))
            return &line[i];
        if (empty_at(seen) <= now)
            empty = &line[i];
    }
    return empty;
}

/* When it would be empty with one more in it. */
static int64_t empty_after(uint64_t seen, uint64_t key, struct pace p, int64_t now)
{
    bool runs = is_of(seen, key) && empty_at(seen) > now;

    return (runs ? empty_at(seen) : now) + (int64_t)p.seconds * SECOND / p.most;
}

static int seconds_over(int64_t empty, struct pace p, int64_t now)
{
    int64_t over = empty - now - (int64_t)p.seconds * SECOND;

    return over > 0 ? (int)((over - 1) / SECOND + 1) : 0;
}

int pace_take(uint64_t key, struct pace p, int64_t now)
{
    bucket *b = bucket_of(key, now);
    uint64_t seen = b ? atomic_load_explicit(b, memory_order_relaxed) : 0, next;

    if (!b)
        return 0;
    do {
        int64_t empty = empty_after(seen, key, p, now);
        int wait = seconds_over(empty, p, now);

        if (wait)
            return wait;
        next = key >> TIME_BITS << TIME_BITS | (uint64_t)empty;
    } while (!atomic_compare_exchange_weak_explicit(b, &seen, next, memory_order_relaxed,
                                                    memory_order_relaxed));
    return 0;
}

int pace_wait(uint64_t key, struct pace p, int64_t now)
{
    bucket *b = bucket_of(key, now);
    uint64_t seen = b ? atomic_load_explicit(b, memory_order_relaxed) : 0;

    return b ? seconds_over(empty_after(seen, key, p, now), p, now) : 0;
}
