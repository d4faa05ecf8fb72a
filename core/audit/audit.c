#include "audit/audit.h"

#include "call/lazy.h"

static struct lazy stmt_append = {
    .sql = "insert into core.audit (county, actor, role, address, request, action, object,"
           " object_id, div, fields, n)"
           " values ($1, core.actor(), $2, $3::inet, $4::uuid, $5, $6, $7::uuid, $8::bigint,"
           " $9::text[], $10::int)"};

void audit_params(struct call *c, const char *p[AUDIT_PARAMS])
{
    p[0] = arena_printf(c->arena, "%d", c->county);
    p[1] = c->actor->role;
    p[2] = c->address;
    p[3] = c->id;
}

int audit_add(struct call *c, struct db_batch *b, const char *action, const char *object,
              const char *id, int64_t div, const char *fields, int n)
{
    const char *p[AUDIT_PARAMS + 6];

    audit_params(c, p);
    p[4] = action;
    p[5] = object;
    p[6] = id;
    p[7] = div ? arena_printf(c->arena, "%lld", (long long)div) : NULL;
    p[8] = fields;
    p[9] = arena_printf(c->arena, "%d", n);
    return lazy_add(b, &stmt_append, AUDIT_PARAMS + 6, p);
}
