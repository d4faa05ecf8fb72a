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
#include "record/codes.h"
#include "record/cursor.h"
#include "record/record.h"
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

static bool refuse(struct call *c, const char *name, const char *code)
{
    const char *const args[] = {name, NULL};
    fault_add(c, arena_printf(c->arena, "?%s", name), code, args);
    return !faults_reply_as(c, 400, "bad_query");
}

static bool period_read(struct call *c, struct period *p)
{
    struct date d;
    const char *text = call_query(c, "period");
    if (!text || strlen(text) != 7 || !date_parse(arena_printf(c->arena, "%s-01", text), &d))
        return refuse(c, "period", "period_expected");
    int year = d.month == 12 ? d.year + 1 : d.year, month = d.month == 12 ? 1 : d.month + 1;
    p->name = text;
    p->from = arena_printf(c->arena, "%04d-%02d-01T00:00:00+08:00", d.year, d.month);
    p->to = arena_printf(c->arena, "%04d-%02d-01T00:00:00+08:00", year, month);
    return true;
}

static bool org_read(struct call *c, const char **org)
{
    *org = call_query(c, "org");
    return !*org || uuid_valid(*org) || refuse(c, "org", "id_expected");
}

static bool report_known(struct call *c)
{
    return str_has_word("SM-01 CM-01", c->args[0]) || problem(c, 404, "not_found");
}

static const char **behind_params(struct call *c, const struct report *r, const char *org, int n)
{
    const char **p = rec_params(c, n);
    p[3] = r->period.from;
    p[4] = r->period.to;
    p[5] = org;
    return p;
}

/* ---- the report ------------------------------------------------------------------------------ */

static bool report_plan(struct call *c, struct db_batch *b)
{
    struct report *r = arena_alloc(c->arena, sizeof *r);
    const char *org;
    int n;
    const struct indicator *all = indicators_all(&n);
    c->state = r;
    if (!report_known(c) || !period_read(c, &r->period) || !org_read(c, &org))
        return false;
    const char **p = behind_params(c, r, org, 6);
    for (int i = 0; i < n; i++)
        r->at[i] = actor_has_plugin(c->actor, all[i].gate) ? batch_add(b, all[i].sums, 6, p) : -1;
    return true;
}

enum { COL_TOWNSHIP, COL_KIND, COL_ALL_TOWNSHIPS, COL_ALL_KINDS, COL_N };

static int64_t total_of(const struct db_batch *b, int at)
{
    /* Ordered so that the whole comes first. */
    return at >= 0 && rows_count(b->item[at].rows) ? rows_int(b->item[at].rows, 0, COL_N) : 0;
}

static bool row_is(const struct db_rows *rows, int i, bool all_townships, bool all_kinds)
{
    return (rows_int(rows, i, COL_ALL_TOWNSHIPS) == 1) == all_townships &&
           (rows_int(rows, i, COL_ALL_KINDS) == 1) == all_kinds;
}

static const char *kind_table(const struct indicator *x)
{
    static const char *const by_code[][2] = {
        {"M04", "REQ_CHANNEL"},
        {"M08", "VISIT_KIND"},
        {"M11", "MEAL_MODE"},
        {"M13", "ERRAND"},
    };
    for (size_t i = 0; i < sizeof by_code / sizeof by_code[0]; i++)
        if (str_eq(by_code[i][0], x->d.code))
            return by_code[i][1];
    return NULL;
}

static void kinds_write(struct call *c, struct jw *w, const struct indicator *x,
                        const struct db_rows *rows)
{
    const char *table = kind_table(x);
    jw_key(w, "by_kind");
    jw_array(w);
    for (int i = 0; i < rows_count(rows); i++) {
        const char *kind = rows_text(rows, i, COL_KIND);
        if (!row_is(rows, i, true, false) || !*kind)
            continue;
        const struct code *code = table ? code_find(table, kind, date_today()) : NULL;
        jw_object(w);
        jw_kv_text(w, "kind", kind);
        jw_kv_text(w, "label", !code ? kind : c->lang == LANG_ZH ? code->zh : code->en);
        jw_kv_int(w, "value", rows_int(rows, i, COL_N));
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

static void townships_write(struct jw *w, const struct db_rows *rows)
{
    jw_key(w, "by_township");
    jw_array(w);
    for (int i = 0; i < rows_count(rows); i++)
        if (row_is(rows, i, false, true)) {
            jw_object(w);
            jw_kv_text(w, "township", rows_text(rows, i, COL_TOWNSHIP));
            jw_kv_int(w, "value", rows_int(rows, i, COL_N));
            jw_end(w, '}');
        }
    jw_end(w, ']');
}

/* Where the rows behind the number are. */
static const char *rows_link(struct call *c, const struct indicator *x, const struct report *r)
{
    const char *org = call_query(c, "org");
    return arena_printf(c->arena, "/api/v1/reports/%s/%s?period=%s%s%s", c->args[0], x->d.code,
                        r->period.name, org ? "&org=" : "", org ? org : "");
}

static void indicator_write(struct call *c, struct jw *w, const struct indicator *x,
                            const struct report *r, const struct db_batch *b, int at)
{
    const struct db_rows *rows = b->item[at].rows;
    jw_object(w);
    jw_kv_text(w, "code", x->d.code);
    jw_kv_text(w, "label",
               message(c->lang, x->plugin, arena_printf(c->arena, "indicator.%s", x->d.code)));
    jw_kv_text(w, "unit", message(c->lang, x->plugin, x->d.unit));
    jw_kv_int(w, "value", total_of(b, at));
    if (x->share_of >= 0) {
        jw_kv_text(w, "share_of", x->d.share_of);
        jw_kv_int(w, "of", total_of(b, r->at[x->share_of]));
    }
    kinds_write(c, w, x, rows);
    townships_write(w, rows);
    jw_kv_text(w, "rows", rows_link(c, x, r));
    jw_end(w, '}');
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
            indicator_write(c, w, &all[i], r, b, r->at[i]);
    jw_end(w, ']');
    jw_end(w, '}');
}

/* ---- the rows behind a number ---------------------------------------------------------------- */

static bool township_read(struct call *c, const char **township)
{
    int64_t n;
    *township = call_query(c, "township");
    return !*township || (strlen(*township) == 9 && str_int64(*township, &n)) ||
           refuse(c, "township", "bad_value");
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
        return refuse(c, "limit", "bad_limit");
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
    if (!report_known(c))
        return false;
    if (!r->one)
        return problem(c, 404, "not_found");
    if (!actor_has_plugin(c->actor, r->one->gate))
        return problem(c, 404, "plugin-not-enabled");
    if (!period_read(c, &r->period) || !org_read(c, &org) || !township_read(c, &township) ||
        !rows_limit(c, r))
        return false;
    if (cursor && !cursor_read(c->arena, cursor, rows_about(c, r), &after_at, &after_id))
        return refuse(c, "cursor", "bad_cursor");
    const char **p = behind_params(c, r, org, 14);
    p[6] = township;
    p[7] = call_query(c, "kind");
    p[8] = rec_number(c, r->limit + 1);
    p[9] = c->actor->role;
    p[10] = c->address;
    p[11] = c->id;
    p[12] = after_at;
    p[13] = after_id;
    batch_add(b, cursor ? r->one->rows_after : r->one->rows, cursor ? 14 : 12, p);
    return true;
}

static void row_write(struct call *c, struct jw *w, const struct rec *rec,
                      const struct db_rows *rows, int i)
{
    jw_object(w);
    row_members(w, rows, i, 0);
    jw_kv_text(w, "record", rec->name);
    jw_kv_text(
        w, "href",
        arena_printf(c->arena, "/api/v1/%s/%s/%s", rec->owner, rec->d.path, rows_text(rows, i, 0)));
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
        row_write(c, w, r->one->record, rows, i);
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
     .summary = "Monthly report of the caller's station or county"},
    {.method = "GET",
     .path = "/api/v1/reports/{report}/{indicator}",
     .permission = "report.read",
     .lane = OP_WRITE,
     .plan = rows_plan,
     .render = rows_render,
     .summary = "The rows behind one number of a report"},
};
const int report_nops = (int)(sizeof report_ops / sizeof report_ops[0]);
