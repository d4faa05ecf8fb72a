#include "call/call.h"
#include "json/jw.h"

/* What the answer to most calls fits into. */
enum { ROW_BYTES = 2000 };

struct jw *reply_json(struct call *c, int status)
{
    struct jw *w = arena_alloc(c->arena, sizeof *w);

    c->reply.status = status;
    c->reply.problem = NULL;
    c->reply.type = "application/json";
    buf_reset(&c->reply.body);
    buf_expect(&c->reply.body, ROW_BYTES);
    jw_init(w, &c->reply.body);
    return w;
}

void reply_empty(struct call *c, int status)
{
    c->reply.status = status;
    c->reply.problem = NULL;
    c->reply.type = NULL;
    buf_reset(&c->reply.body);
}
