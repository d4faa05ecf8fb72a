/* A statement known at compile time, registered when it is first used. Any thread. */
#ifndef WULIAN_CALL_LAZY_H
#define WULIAN_CALL_LAZY_H

#include <string.h>

#include "base/arena.h"
#include "db/db.h"

struct lazy {
    const char *sql;
    const struct db_stmt *made;
};

/* Two threads may both register it: harmless, the loser's is never used again. */
static inline const struct db_stmt *lazy_stmt(struct lazy *l)
{
    const struct db_stmt *s = __atomic_load_n(&l->made, __ATOMIC_ACQUIRE);

    if (!s) {
        s = db_stmt_new(l->sql);
        __atomic_store_n(&l->made, s, __ATOMIC_RELEASE);
    }
    return s;
}

/* Adds it with a copy of the n parameters in the batch's arena; returns its index. */
static inline int lazy_add(struct db_batch *b, struct lazy *l, int n, const char *const *params)
{
    const char **p = arena_alloc(b->arena, (size_t)n * sizeof *p);

    if (n > 0)
        memcpy(p, params, (size_t)n * sizeof *p);
    return batch_add(b, lazy_stmt(l), n, p);
}

#endif
