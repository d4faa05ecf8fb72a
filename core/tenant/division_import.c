#include "tenant/division_import.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/time.h"
#include "call/lazy.h"
#include "json/jw.h"

enum { LIST_BYTES = 32 << 20, WAIT_US = 60 * 1000000 };

/* The file's rows against those open on the day: what is new, gone, renamed, the same. */
#define LIST                                                                                      \
    "l as (select * from jsonb_to_recordset($2::jsonb)"                                           \
    " as x (code bigint, name text, level int, parent bigint)),"                                  \
    " o as (select d.code, d.name, d.level, d.valid_from from core.division d"                    \
    " where d.valid_to is null and d.level in (select level from l)"                              \
    " and (d.code / 1000000 = $1 or d.code in (select code from l)))"

static struct lazy stmt_compare = {
    .sql = "with " LIST
           " select case when o.code is null then 'added' when l.code is null then 'closed'"
           " when l.name <> o.name then 'renamed' else 'same' end as what,"
           " coalesce(l.code, o.code) as code, coalesce(l.name, o.name) as name, o.name as before"
           " from l full join o on o.code = l.code order by code"};

static struct lazy stmt_first = {
    .sql = "select not exists (select from core.division d where d.code / 1000000 = $1::int)"};

/* What began on the very day is corrected in place: it was valid for no day yet. */
static struct lazy stmt_drop = {
    .sql = "with " LIST
           " delete from core.division d using o left join l on l.code = o.code"
           " where d.code = o.code and d.valid_from = o.valid_from and o.valid_from >= $3::date"
           " and (l.code is null or l.name <> o.name)"};

static struct lazy stmt_close = {
    .sql = "with " LIST
           " update core.division d set valid_to = $3::date"
           " from o left join l on l.code = o.code"
           " where d.code = o.code and d.valid_from = o.valid_from"
           " and (l.code is null or l.name <> o.name)"};

static struct lazy stmt_add = {
    .sql = "with " LIST
           " insert into core.division (code, name, level, parent, valid_from)"
           " select l.code, l.name, l.level, nullif(l.parent, 0), $3::date"
           " from l left join o on o.code = l.code where o.code is null"};

static int64_t parent_of(const struct division *d)
{
    static const int64_t below[] = {0, 0, 10000000000, 100000000, 1000000, 1000};

    return d->level == 1 ? 0 : d->code - d->code % below[d->level];
}

static int by_code(const void *x, const void *y)
{
    const struct division *a = x;
    const struct division *b = y;

    return a->code < b->code ? -1 : a->code > b->code;
}

/* The list as JSON, each code once; NULL and *why when two rows of a code differ. */
static const char *list_text(struct arena *a, const struct division_list *list, const char **why)
{
    struct division *sorted = arena_alloc(a, list->n * sizeof *sorted);
    const char *text;
    struct buf b;
    struct jw w;

    memcpy(sorted, list->items, list->n * sizeof *sorted);
    qsort(sorted, list->n, sizeof *sorted, by_code);
    buf_init(&b, LIST_BYTES);
    jw_init(&w, &b);
    jw_array(&w);
    for (size_t i = 0; i < list->n; i++) {
        const struct division *d = &sorted[i];

        if (i > 0 && d->code == d[-1].code) {
            if (str_eq(d->name, d[-1].name))
                continue;
            *why = arena_printf(a, "%lld is given twice, as %s and as %s", (long long)d->code,
                                d[-1].name, d->name);
            buf_free(&b);
            return NULL;
        }
        jw_object(&w);
        jw_kv_int(&w, "code", d->code);
        jw_kv_text(&w, "name", d->name);
        jw_kv_int(&w, "level", d->level);
        jw_kv_int(&w, "parent", parent_of(d));
        jw_end(&w, '}');
    }
    jw_end(&w, ']');
    text = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    if (!text)
        *why = "too many divisions";
    return text;
}

static void report_fill(struct arena *a, const struct db_rows *r, struct division_report *out)
{
    for (int row = 0; row < rows_count(r); row++) {
        const char *what = rows_text(r, row, 0);

        if (str_eq(what, "same")) {
            out->same++;
            continue;
        }
        if (out->nshown < DIVISIONS_SHOWN)
            out->shown[out->nshown++] = (struct division_change){
                arena_strdup(a, what), rows_int(r, row, 1), arena_strdup(a, rows_text(r, row, 2)),
                arena_strdup(a, rows_text(r, row, 3))};
        out->added += str_eq(what, "added");
        out->renamed += str_eq(what, "renamed");
        out->closed += str_eq(what, "closed");
    }
}

static bool run(struct arena *a, struct db_conn *owner, struct db_batch *b, const char **why)
{
    b->repeatable = true;
    if (db_run(owner, b) == DB_OK)
        return true;
    *why = arena_printf(a, "the divisions cannot be imported: %s", b->error.message);
    return false;
}

/* First the differences, read on their own; the writes that follow find them by the same rule. */
static bool compare(struct arena *a, struct db_conn *owner, const char *county, const char *list,
                    bool *first, struct division_report *out, const char **why)
{
    struct db_batch *b = batch_new(a, clock_mono() + WAIT_US);
    const char *p[] = {county, list};

    lazy_add(b, &stmt_compare, 2, p);
    lazy_add(b, &stmt_first, 1, p);
    if (!run(a, owner, b, why))
        return false;
    report_fill(a, b->item[0].rows, out);
    *first = rows_bool(b->item[1].rows, 0, 0);
    return true;
}

static bool truncated(struct arena *a, const struct division_import *import,
                      const struct division_report *r, const char **why)
{
    int open = r->same + r->renamed + r->closed;

    if (import->force || r->closed * 10 <= open)
        return false;
    *why = arena_printf(a, "%d of %d divisions would be closed: is a file missing or cut short? "
                           "--force closes them all the same",
                        r->closed, open);
    return true;
}

bool divisions_import(struct arena *a, struct db_conn *owner, const struct division_import *import,
                      struct division_report *out, const char **why)
{
    const char *county = arena_printf(a, "%d", import->county);
    const char *list = list_text(a, import->list, why);
    char today[DATE_TEXT];
    const char *p[] = {county, list, import->from};
    struct db_batch *b;
    bool first;

    *out = (struct division_report){0};
    if (!list || !compare(a, owner, county, list, &first, out, why) ||
        truncated(a, import, out, why))
        return false;
    if (import->dry_run)
        return true;
    date_format(date_today(), today);
    if (!p[2])
        p[2] = first ? "1949-10-01" : today;
    b = batch_new(a, clock_mono() + WAIT_US);
    lazy_add(b, &stmt_drop, 3, p);
    lazy_add(b, &stmt_close, 3, p);
    lazy_add(b, &stmt_add, 3, p);
    return run(a, owner, b, why);
}
