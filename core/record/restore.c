#include "record/restore.h"

#include "base/time.h"
#include "call/lazy.h"
#include "record/reach.h"
#include "record/rec_text.h"

const char *retention_fault(const struct rec *r)
{
    enum { DAYS_MAX = 36500 };
    uint32_t days = r->d.retention_days;
    if (!(r->verbs & REC_RESTORE))
        return days ? "retention_days is set without the verb restore; name it in verbs" : NULL;
    if (!(r->verbs & REC_DELETE))
        return "restore needs the verb delete";
    if (!days || days > DAYS_MAX)
        return "restore needs retention_days, 1 to 36500: so long a deleted row is kept";
    return NULL;
}

/* ---- SQL ------------------------------------------------------------------------------------- */

#define IN_TIME "t.deleted_at > now() - make_interval(days => %u)"

/* What was merged into another comes back by unmerge only, with what was moved. */
static void not_merged(struct sql *s, const struct rec *r, const char *before, const char *after)
{
    if (r->d.alike)
        ADD(s,
            "%snot exists (select from core.merge m where m.county = t.county and m.record = '%s'"
            " and m.loser = t.id and m.undone is null)%s",
            before, r->name, after);
}

/* What the row refers to is there still: it came to no harm while the row was deleted. */
static void reference_holds(struct sql *s, const struct rec_field *f)
{
    ADD(s,
        "(t.%s is null or exists (select from %s x where %s and x.id = t.%s"
        " and x.deleted_at is null))",
        f->d.name, f->d.of, read_where(s->a, rec_find(f->d.of), "x"), f->d.name);
}

static void restore_before_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "select %s, t.deleted_at is not null as was_deleted, coalesce(" IN_TIME ", false) as"
        " in_time",
        r->shown, (unsigned)r->d.retention_days);
    for (int i = 0; i < r->nfields; i++)
        if (r->fields[i].d.type == WL_REFERENCE) {
            ADD(&s, ", ");
            reference_holds(&s, &r->fields[i]);
            ADD(&s, " as ok_%s", r->fields[i].d.name);
        }
    not_merged(&s, r, ", ", " as not_merged");
    ADD(&s, " from %s t where %s and t.id = $4", r->name, read_where(a, r, "t"));
    r->restore_before = sql_stmt(&s);
}

void restore_build(struct arena *a, struct rec *r)
{
    if (!(r->verbs & REC_RESTORE))
        return;
    struct sql s = sql_new(a);
    ADD(&s,
        "update %s t set " STAMP ", deleted_at = null where %s and t.id = $4"
        " and t.version = $6::int%s and " IN_TIME,
        r->name, rec_scope_where(r), own_where(r), (unsigned)r->d.retention_days);
    for (int i = 0; i < r->nfields; i++)
        if (r->fields[i].d.type == WL_REFERENCE) {
            ADD(&s, " and ");
            reference_holds(&s, &r->fields[i]);
        }
    not_merged(&s, r, " and ", "");
    r->restore = sql_stmt(&s);
    restore_before_build(a, r);
}

bool restore_refused(struct call *c, const struct db_rows *before)
{
    int deleted = rows_column(before, "was_deleted"), in_time = rows_column(before, "in_time");
    if (deleted < 0)
        return false;
    if (!rows_bool(before, 0, deleted))
        return problem(c, 409, "not_deleted"), true;
    int free = rows_column(before, "not_merged");
    if (free >= 0 && !rows_bool(before, 0, free))
        return problem(c, 409, "merged_away"), true;
    if (!rows_bool(before, 0, in_time))
        return problem(c, 409, "deleted_too_long"), true;
    return false;
}

/* ---- retention ------------------------------------------------------------------------------- */

/* $1: {"station.resident": 180, …}, 0 for records that keep nothing. Those of modules that are not
 * loaded stay as they are: their rows wait for them. */
static struct lazy sql_keep = {
    .sql = "insert into core.retention as k (record, days)"
           " select e.key, e.value::int from jsonb_each_text($1::jsonb) e where e.value <> '0'"
           " on conflict (record) do update set days = excluded.days"};

static struct lazy sql_keep_no_longer = {
    .sql = "delete from core.retention k using jsonb_each_text($1::jsonb) e"
           " where k.record = e.key and e.value = '0'"};

bool retention_publish(struct arena *a, struct db_conn *owner, const char **why)
{
    enum { WAIT_US = 30 * 1000000 };
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *text = "{";
    const struct rec *r;
    for (int i = 0; (r = rec_at(i)); i++)
        text = arena_printf(a, "%s%s\"%s\":%u", text, i ? "," : "", r->name,
                            r->verbs & REC_RESTORE ? (unsigned)r->d.retention_days : 0);
    text = arena_printf(a, "%s}", text);
    lazy_add(b, &sql_keep, 1, &text);
    lazy_add(b, &sql_keep_no_longer, 1, &text);
    b->repeatable = true;
    if (db_run(owner, b) == DB_OK)
        return true;
    *why =
        arena_printf(a, "how long deleted rows are kept cannot be written: %s", b->error.message);
    return false;
}
