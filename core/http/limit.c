#include "http/limit.h"

#include "base/meter.h"
#include "base/pace.h"
#include "base/str.h"
#include "call/messages.h"

enum { ACCEPTED = 202, MINUTE = 60 };

const char *const limit_names[LIMITS] = {
    [LIMIT_LOOK] = "look", [LIMIT_HEAVY] = "heavy",   [LIMIT_WRITE] = "write",
    [LIMIT_JOB] = "job",   [LIMIT_SECRET] = "secret",
};

/* A read off the quick lane is one that may take long; a read that is sent is a search. */
enum limit_class limit_class_of(const struct op *op)
{
    if (op->lane == OP_SECRET)
        return LIMIT_SECRET;
    if (op->status == ACCEPTED)
        return LIMIT_JOB;
    if (op->flags & OP_CHANGES)
        return LIMIT_WRITE;
    return op->lane == OP_QUICK && str_eq(op->method, "GET") ? LIMIT_LOOK : LIMIT_HEAVY;
}

static bool refuse(struct call *c, enum limit_class class, int wait)
{
    const char *const args[] = {arena_printf(c->arena, "%d", wait), NULL};
    const char *text = message(c->lang, NULL, "problem.too_many_requests.wait");

    meter_add(meter_named("wulian_limited_total{class=\"%s\"}", limit_names[class]), 1);
    c->reply.retry_after = wait;
    return problem_detail(c, 429, "too_many_requests", message_fill(c->arena, text, args));
}

bool limit_take(struct call *c, const struct limits *l)
{
    enum limit_class class = limit_class_of(c->op);
    uint64_t who = str_hash(c->actor->user) + (uint64_t)class * UINT64_C(0x9e3779b97f4a7c15);
    int most = l->per_minute[class];
    int wait = most ? pace_take(who, (struct pace){most, MINUTE}, c->started) : 0;

    return wait == 0 || refuse(c, class, wait);
}
