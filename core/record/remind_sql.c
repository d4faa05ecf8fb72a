#include "record/remind_sql.h"

#include "base/str.h"
#include "record/limit.h"
#include "record/rec_text.h"
#include "record/tell.h"

/* A row that is written with its limit behind it already is late all the same, for so long. */
#define LOOK_BACK "interval '1 day'"

/* The rows whose clock runs. */
static void running_add(struct sql *s, const struct rec *r, const struct rec_limit *l)
{
    ADD(s, " from %s t where %s and t.deleted_at is null and t.state in (", r->name,
        rec_scope_where(r));
    states_add(&s->b, r, ~(l->held | l->ended));
    ADD(s, ")");
    if (r->plugin_gate)
        ADD(s, " and " PLUGIN_ON("t.county", "t.township"), r->plugin_gate);
}

static void send_add(struct sql *s, const struct rec *r, const struct rec_limit *l,
                     const char *word, const char *to)
{
    const char *due = l->d.due;

    ADD(s,
        "select t.id, core.notice_send('%s ' || t.id || ' %s %s ' || extract(epoch from t.%s),"
        " '%s', t.id, t.div, '%s', 'limit.%s', %s || jsonb_build_object('_limit', '%s',"
        " '_due', " LOCAL_MINUTE("t.%s") "), %s, %s)",
        r->name, due, word, due, r->name, r->owner, word, tell_title_args(s->a, r), due, due, to,
        rec_named(r) ? "t.readers" : "null");
    running_add(s, r, l);
}

const struct db_stmt *remind_before(struct arena *a, const struct rec *r, const struct rec_limit *l)
{
    struct sql s = sql_new(a);
    const char *due = l->d.due;

    send_add(&s, r, l, "before", arena_printf(a, "array[t.%s]::uuid[], '{}'::text[]", l->d.staff));
    ADD(&s,
        " and t.%s is not null and t.%s > $5::timestamptz"
        " and t.%s <= $5::timestamptz + interval '%u minutes'"
        " and (t.%s > $4::timestamptz + interval '%u minutes' or t.updated_at >= $4::timestamptz)",
        l->d.staff, due, due, (unsigned)l->d.before, due, (unsigned)l->d.before);
    return sql_stmt(&s);
}

const struct db_stmt *remind_passed(struct arena *a, const struct rec *r, const struct rec_limit *l,
                                    const char **fault)
{
    struct sql s = sql_new(a);
    const char *due = l->d.due, *to = tell_to(a, r, l->d.remind, fault);

    if (!to)
        return NULL;
    send_add(&s, r, l, "passed", to);
    ADD(&s,
        " and t.%s <= $5::timestamptz and t.%s > $4::timestamptz - " LOOK_BACK
        " and (t.%s > $4::timestamptz or t.updated_at >= $4::timestamptz)",
        due, due, due);
    return sql_stmt(&s);
}
