#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "call/row_json.h"
#include "tenant/ops.h"

/* Divisions are national reference data, the same for everybody: no scope. */
static struct lazy stmt_divisions = {
    .sql = "select d.code::text as code, d.name, d.level, d.parent::text as parent, d.ur_class,"
           " exists (select from core.division c where c.parent = d.code"
           " and c.valid_from <= coalesce($3::date, core.today())"
           " and (c.valid_to is null or c.valid_to > coalesce($3::date, core.today())))"
           " as has_children"
           " from core.division d"
           " where (d.code = $1::bigint or d.parent = $2::bigint)"
           " and d.valid_from <= coalesce($3::date, core.today())"
           " and (d.valid_to is null or d.valid_to > coalesce($3::date, core.today()))"
           " order by d.code limit 1000"};

/* A code as given, padded right with 0 to 12 digits; NULL with a fault. */
static const char *code_read(struct call *c, const char *name, const char *text)
{
    size_t n = strlen(text);

    if (n != strspn(text, "0123456789") || !(n == 2 || n == 4 || n == 6 || n == 9 || n == 12) ||
        text[0] == '0') {
        fault_add(c, arena_printf(c->arena, "?%s", name), "division", NULL);
        return NULL;
    }
    return arena_printf(c->arena, "%s%.*s", text, (int)(12 - n), "000000000000");
}

bool divisions_plan(struct call *c, struct db_batch *b)
{
    const char *p[3] = {NULL};
    struct date on;

    for (int i = 0; i < c->nquery; i++) {
        const struct call_param *q = &c->query[i];

        if (str_eq(q->name, "code"))
            p[0] = code_read(c, q->name, q->value);
        else if (str_eq(q->name, "parent"))
            p[1] = code_read(c, q->name, q->value);
        else if (str_eq(q->name, "on") && date_parse(q->value, &on))
            p[2] = q->value;
        else
            fault_add(c, arena_printf(c->arena, "?%s", q->name), "unknown_parameter",
                      (const char *const[]){q->name, NULL});
    }
    if (faults_reply(c))
        return false;
    if (!p[0] && !p[1])
        p[0] = arena_printf(c->arena, "%lld", (long long)c->actor->scope.lo);
    lazy_add(b, &stmt_divisions, 3, p);
    return true;
}

void divisions_render(struct call *c, struct db_batch *b)
{
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    rows_json(w, b->item[b->n - 1].rows);
    jw_end(w, '}');
}
