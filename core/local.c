#include "local.h"

#include <string.h>

#include "base/str.h"
#include "iam/hint.h"
#include "iam/refusal.h"
#include "iam/run.h"

enum { CALL_US = 30 * 1000000 };

static const struct op *op_find(const struct local *l, const char *method, const char *pattern)
{
    for (int i = 0; i < l->nops; i++)
        if (str_eq(l->ops[i]->method, method) && str_eq(l->ops[i]->path, pattern))
            return l->ops[i];
    return NULL;
}

static bool hint_ensure(struct local *l, struct call *c)
{
    if (hint_find(l->hints, c))
        return true;
    struct db_batch *b = batch_new(c->arena, c->deadline);
    b->repeatable = true;
    hint_plan(c, b);
    if (db_run(l->app, b) != DB_OK) {
        refusal_reply(c, b);
        return false;
    }
    return hint_take(l->hints, c, b) || problem(c, 401, "no_session");
}

static bool body_read(struct call *c, const char *body)
{
    struct jv_fault fault;
    if (!body)
        return true;
    c->body = body;
    c->body_n = strlen(body);
    c->input = jv_parse(c->arena, body, c->body_n, &fault);
    return c->input || problem(c, 400, "bad_json");
}

static void run(struct local *l, struct call *c)
{
    if (hint_ensure(l, c))
        op_run(c, l->app);
}

int local_call(struct local *l, struct arena *a, const char *method, const char *pattern,
               const char *const *args, const char *body, const char **reply)
{
    struct call *c = call_new(CALL_US);
    c->op = op_find(l, method, pattern);
    c->method = method;
    c->path = pattern;
    c->county = l->county;
    c->secret = l->secret;
    c->address = "127.0.0.1";
    c->hints = l->hints;
    while (args && args[c->nargs] && c->nargs < CALL_ARGS_MAX) {
        c->args[c->nargs] = args[c->nargs];
        c->nargs++;
    }
    if (!c->op)
        problem(c, 404, "not_found");
    else if (body_read(c, body))
        run(l, c);
    int status = c->reply.status;
    *reply = arena_strndup(a, c->reply.body.p ? c->reply.body.p : "", c->reply.body.n);
    call_free(c);
    return status;
}
