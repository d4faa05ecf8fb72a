#include "db/link.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"

/* Numbers name statements on the server and index each connection's table; the list keeps every
 * statement reachable, as it lives as long as the process. */
static atomic_int next_number;
static _Atomic(struct db_stmt *) registered;

const struct db_stmt *db_stmt_new(const char *sql)
{
    struct db_stmt *s = mem_alloc(sizeof *s);
    s->number = atomic_fetch_add(&next_number, 1);
    str_format(s->name, sizeof s->name, "w%d", s->number);
    s->sql = sql;
    s->next = atomic_load(&registered);
    while (!atomic_compare_exchange_weak(&registered, &s->next, s)) {
    }
    return s;
}

const struct db_stmt *db_stmt_once(struct arena *a, const char *sql)
{
    struct db_stmt *s = arena_alloc(a, sizeof *s);
    s->number = STATEMENT_ONCE;
    s->sql = sql;
    return s;
}

const char *db_stmt_sql(const struct db_stmt *s)
{
    return s->sql;
}

struct db_batch *batch_new(struct arena *a, int64_t deadline)
{
    struct db_batch *b = arena_alloc(a, sizeof *b);
    b->arena = a;
    b->deadline = deadline;
    return b;
}

enum { BATCH_FIRST = 8 };

static void batch_grow(struct db_batch *b)
{
    struct db_item *old = b->item;
    b->room = b->room ? 2 * b->room : BATCH_FIRST;
    b->item = arena_alloc(b->arena, (size_t)b->room * sizeof *b->item);
    if (b->n)
        memcpy(b->item, old, (size_t)b->n * sizeof *old);
}

int batch_add(struct db_batch *b, const struct db_stmt *s, int nparams, const char *const *params)
{
    assert(b->n < DB_BATCH_MAX);
    if (b->n == b->room)
        batch_grow(b);
    assert(nparams >= 0 && nparams <= DB_PARAMS_MAX);
    b->item[b->n].stmt = s;
    b->item[b->n].nparams = nparams;
    b->item[b->n].params = params;
    return b->n++;
}
