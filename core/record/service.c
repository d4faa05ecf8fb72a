#include "record/service.h"

struct call *service_call(const struct chore_host *h, const struct op *op, int county,
                          const char *secret, int64_t within_us)
{
    struct call *c = call_new(within_us);
    struct db_batch *b;

    c->op = op;
    c->method = op->method;
    c->path = op->path;
    c->county = county;
    c->secret = secret;
    c->hints = h->hints;
    if (hint_find(h->hints, c))
        return c;
    b = batch_new(c->arena, c->deadline);
    b->repeatable = true;
    hint_plan(c, b);
    if (db_run(h->app, b) == DB_OK && hint_take(h->hints, c, b))
        return c;
    call_free(c);
    return NULL;
}
