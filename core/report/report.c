/* The monthly reports: SM-01 of a station and CM-01 of the county are the same indicators over the
 * caller's scope. Live until a station submits, so marked provisional. A query that fails fails the
 * report: it is one batch. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "json/jw.h"
#include "record/cursor.h"
#include "record/record.h"
#include "report/ask.h"
#include "report/indicator.h"
#include "report/ops.h"

enum { ROWS_DEFAULT = 50, ROWS_MAX = 200 };

struct period {
    const char *name, *from, *to; /* "2026-11"; [from, to) as instants in Asia/Shanghai */
};

struct report {
    struct period period;
    int at[INDICATORS_MAX]; /* statement of each indicator in the batch, -1: not for this caller */
    const struct indicator *one; /* rows behind one number */
    int limit;
};

static bool period_read(struct call *c, struct period *p)
{
    struct date d;
    const char *text = call_query(c, "period");
    if (!text || strlen(text) != 7 || !date_parse(arena_printf(c->arena, "%s-01", text), &d))
        return ask_refuse(c, "period", "period_expected");
    int year = d.month == 12 ? d.year + 1 : d.year, month = d.month == 12 ? 1 : d.month + 1;
    p->name = text;
    p->from = arena_printf(c->arena, "%04d-%02d-01T00:00:00+08:00", d.year, d.month);
    p->to = arena_printf(c->arena, "%04d-%02d-01T00:00:00+08:00", year, month);
    return true;
}

/* ---- the report ------------------------------------------------------------------------------ */

static bool report_plan(struct call *c, struct db_batch *b)
{
    struct report *r = arena_alloc(c->arena, sizeof *r);
    const char *org;
    int n;
    const struct indicator *all = indicators_all(&n);
    c->state = r;
    if (!ask_report(c) || !period_read(c, &r->period) || !ask_org(c, &org))
        return false;
    const char **p = ask_params(c, r->period.from, r->period.to, org, 7);
    for (int i = 0; i < n; i++)
        r->at[i] = ask_counts(c, &all[i]) ? batch_add(b, all[i].sums, 7, p) : -1;
    return true;
}

enum column { COL_TOWNSHIP, COL_KIND, COL_ALL_TOWNSHIPS, COL_ALL_KINDS, COL_N, COL_PERSONS };

static bool row_is(const struct db_rows *rows, int i, bool all_townships, bool all_kinds)
{
    return (rows_int(rows, i, COL_ALL_TOWNSHIPS) == 1) == all_townships &&
           (rows_int(rows, i, COL_ALL_KINDS) == 1) == all_kinds;
}

/* Ordered so that the whole comes first. */
static int64_t total_of(const struct db_rows *rows, enum column count)
{
    return rows_count(rows) ? rows_int(rows, 0, count) : 0;
}

static void kinds_write(struct call *c, struct jw *w, const struct indicator *x,
                        const struct db_rows *rows, enum column count)
{
    jw_key(w, "by_kind");
    jw_array(w);
    for (int i = 0; i < rows_count(rows); i++) {
        const char *kind = rows_text(rows, i, COL_KIND);
        if (!row_is(rows, i, true, false) || !*kind)
            continue;
        jw_object(w);
        jw_kv_text(w, "kind", kind);
        jw_kv_text(w, "label", indicator_kind(c, x, kind));
        jw_kv_int(w, "value", rows_int(rows, i, count));
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

static void townships_write(struct jw *w, const struct db_rows *rows, enum column count)
{
    jw_key(w, "by_township");
    jw_array(w);
    for (int i = 0; i < rows_count(rows); i++)
        if (row_is(rows, i, false, true)) {
            jw_object(w);
            jw_kv_text(w, "township", rows_text(rows, i, COL_TOWNSHIP));
            jw_kv_int(w, "value", rows_int(rows, i, count));
            jw_end(w, '}');
        }
    jw_end(w, ']');
}

/* The kind whose share of the whole is the point: closed on time of all closed. */
static void share_write(struct jw *w, const struct indicator *x, const struct db_rows *rows)
{
    int64_t part = 0;
    for (int i = 0; i < rows_count(rows); i++)
        if (row_is(rows, i, true, false) && str_eq(rows_text(rows, i, COL_KIND), x->d.share))
            part = rows_int(rows, i, COL_N);
    jw_key(w, "share");
    jw_object(w);
    jw_kv_text(w, "kind", x->d.share);
    jw_kv_int(w, "value", part);
    jw_kv_int(w, "of", total_of(rows, COL_N));
    jw_end(w, '}');
}

/* Where the rows behind the number are. */
static const char *rows_link(struct call *c, const char *code, const struct report *r)
{
    const char *org = call_query(c, "org");
    return arena_printf(c->arena, "/api/v1/reports/%s/%s?period=%s%s%s", c->args[0], code,
                        r->period.name, org ? "&org=" : "", org ? org : "");
}

static void number_write(struct call *c, struct jw *w, const struct indicator *x, const char *code,
                         const struct db_rows *rows, enum column count)
{
    const struct report *r = c->state;
    const char *unit = count == COL_PERSONS ? "unit.persons" : x->d.unit;
    jw_object(w);
    jw_kv_text(w, "code", code);
    jw_kv_text(w, "label",
               indicator_label(c, x, code));
    jw_kv_text(w, "unit", message(c->lang, x->plugin, unit));
    jw_kv_int(w, "value", total_of(rows, count));
    if (x->d.share && count == COL_N)
        share_write(w, x, rows);
    kinds_write(c, w, x, rows, count);
    townships_write(w, rows, count);
    jw_kv_text(w, "rows", ask_rows(c, x, NULL) ? rows_link(c, code, r) : NULL);
    jw_end(w, '}');
}

/* The number, and the persons behind it where that is declared. */
static void indicator_write(struct call *c, struct jw *w, const struct indicator *x,
                            const struct db_rows *rows)
{
    number_write(c, w, x, x->d.code, rows, COL_N);
    if (x->d.persons)
        number_write(c, w, x, x->d.persons, rows, COL_PERSONS);
}

static void report_render(struct call *c, struct db_batch *b)
{
    const struct report *r = c->state;
    int n;
    const struct indicator *all = indicators_all(&n);
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_kv_text(w, "report", c->args[0]);
    jw_kv_text(w, "period", r->period.name);
    jw_kv_text(w, "from", r->period.from);
    jw_kv_text(w, "to", r->period.to);
    jw_kv_bool(w, "provisional", true);
    jw_key(w, "indicators");
    jw_array(w);
    for (int i = 0; i < n; i++)
        if (r->at[i] >= 0)
            indicator_write(c, w, &all[i], b->item[r->at[i]].rows);
    jw_end(w, ']');
    jw_end(w, '}');
}

/* ---- the rows behind a number ---------------------------------------------------------------- */

static bool township_read(struct call *c, const char **township)
{
    int64_t n;
    *township = call_query(c, "township");
    return !*township || (strlen(*township) == 9 && str_int64(*township, &n)) ||
           ask_refuse(c, "township", "bad_value");
}

static const char *rows_about(struct call *c, const struct report *r)
{
    const char *org = call_query(c, "org"), *township = call_query(c, "township");
    const char *kind = call_query(c, "kind");
    return arena_printf(c->arena, "report|%d|%s|%s|%s|%s|%s", c->county, r->one->d.code,
                        r->period.name, org ? org : "", township ? township : "", kind ? kind : "");
}

static bool rows_limit(struct call *c, struct report *r)
{
    int64_t n = ROWS_DEFAULT;
    const char *text = call_query(c, "limit");
    if (text && (!str_int64(text, &n) || n < 1 || n > ROWS_MAX))
        return ask_refuse(c, "limit", "bad_limit");
    r->limit = (int)n;
    return true;
}

static bool rows_plan(struct call *c, struct db_batch *b)
{
    struct report *r = arena_alloc(c->arena, sizeof *r);
    const char *org, *township, *after_at = NULL, *after_id = NULL;
    const char *cursor = call_query(c, "cursor");
    c->state = r;
    r->one = indicator_find(c->args[1]);
    if (!ask_report(c))
        return false;
    if (!r->one)
        return problem(c, 404, "not_found");
    if (!ask_counts(c, r->one))
        return problem(c, 404, "plugin-not-enabled");
    if (!ask_rows(c, r->one, b))
        return problem(c, 403, "not_permitted");
    if (!period_read(c, &r->period) || !ask_org(c, &org) || !township_read(c, &township) ||
        !rows_limit(c, r))
        return false;
    if (cursor && !cursor_read(c->arena, cursor, rows_about(c, r), &after_at, &after_id))
        return ask_refuse(c, "cursor", "bad_cursor");
    const char **p = ask_params(c, r->period.from, r->period.to, org, 15);
    p[7] = township;
    p[8] = call_query(c, "kind");
    p[9] = rec_number(c, r->limit + 1);
    p[10] = c->actor->role;
    p[11] = c->address;
    p[12] = c->id;
    p[13] = after_at;
    p[14] = after_id;
    batch_add(b, cursor ? r->one->rows_after : r->one->rows, cursor ? 15 : 13, p);
    return true;
}

enum { ROW_ID = 0, ROW_RECORD = 7 };

static void row_write(struct call *c, struct jw *w, const struct db_rows *rows, int i)
{
    const struct rec *rec = rec_find(rows_text(rows, i, ROW_RECORD));
    jw_object(w);
    row_members(w, rows, i, 0);
    jw_kv_text(w, "href",
               rec ? arena_printf(c->arena, "/api/v1/%s/%s/%s", rec->owner, rec->d.path,
                                  rows_text(rows, i, ROW_ID))
                   : NULL);
    jw_end(w, '}');
}

static void rows_render(struct call *c, struct db_batch *b)
{
    const struct report *r = c->state;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    int n = rows_count(rows) > r->limit ? r->limit : rows_count(rows);
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        row_write(c, w, rows, i);
    jw_end(w, ']');
    jw_key(w, "next");
    if (rows_count(rows) > r->limit)
        jw_text(w, cursor_make(c->arena, rows_about(c, r), rows_text(rows, n - 1, 3),
                               rows_text(rows, n - 1, 0)));
    else
        jw_null(w);
    jw_end(w, '}');
}

const struct op report_ops[] = {
    {.method = "GET",
     .path = "/api/v1/reports/{report}",
     .permission = "report.read",
     .lane = OP_WRITE,
     .plan = report_plan,
     .render = report_render,
     .summary = "Monthly report of the caller's station or county",
     .asks = "period:month org?:uuid",
     .gives = "{report period:month from:time to:time provisional:bool "
              "indicators:[{code label unit value:int share~:{kind value:int of:int} "
              "by_kind:[{kind label value:int}] by_township:[{township value:int}] rows?}]}"},
    {.method = "GET",
     .path = "/api/v1/reports/{report}/{indicator}",
     .permission = "report.read",
     .lane = OP_WRITE,
     .plan = rows_plan,
     .render = rows_render,
     .summary = "The rows behind one number of a report",
     .asks = "period:month org?:uuid township?:township kind? limit?:int cursor?",
     .gives = "{items:[{id:uuid div:div org:uuid at:time person?:uuid kind? n:int "
              "record href}] next?}"},
};
const int report_nops = (int)(sizeof report_ops / sizeof report_ops[0]);
