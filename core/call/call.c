#include "call/call.h"

#include <string.h>

#include "base/time.h"

/* A body of 1 MiB can hold half a million JSON values: the ceiling is far above what they take. */
enum { CALL_ARENA_MAX = 256 << 20 };

struct call *call_new(int64_t timeout_us)
{
    struct arena *a = arena_new(CALL_ARENA_MAX);
    struct call *c = arena_alloc(a, sizeof *c);

    c->arena = a;
    uuid7(c->id);
    c->started = clock_mono();
    c->deadline = c->started + timeout_us;
    buf_init(&c->reply.body, CALL_REPLY_MAX);
    return c;
}

void call_free(struct call *c)
{
    if (!c)
        return;
    buf_free(&c->reply.body);
    if (c->reply.stream)
        c->reply.stream->close(c->reply.stream);
    arena_free(c->arena);
}

const char *call_query(const struct call *c, const char *name)
{
    for (int i = 0; i < c->nquery; i++)
        if (strcmp(c->query[i].name, name) == 0)
            return c->query[i].value;
    return NULL;
}
