/* What a chart asks: few indicators over many months or days, and when the last of what they count
 * was. Live always, also of months that stations have sent. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "json/jw.h"
#include "record/record.h"
#include "report/ask.h"
#include "report/ops.h"

enum { CODES_MAX = 24, SPANS_MAX = 62, NEWEST_MAX = 50, NEWEST_DAYS = 7 };

struct wanted {
    const char *code; /* the indicator's, or its persons' */
    const struct indicator *x;
    int at; /* statement in the batch */
};

struct series {
    struct wanted wanted[CODES_MAX];
    int n;
    struct date first; /* of the spans */
    bool days;         /* else months */
    int nspans;
    int limit; /* of what is newest */
};

/* ---- the question ---------------------------------------------------------------------------- */

/* Asked for twice, it would be counted twice. */
static bool wanted_already(const struct series *s, const char *code)
{
    for (int i = 0; i < s->n; i++)
        if (str_eq(s->wanted[i].code, code))
            return true;
    return false;
}

/* "M04,M11"; what is not counted for the caller is left out. */
static bool codes_read(struct call *c, struct series *s)
{
    const char *at = call_query(c, "only");

    if (!at || !*at)
        return ask_refuse(c, "only", "required");
    while (*at) {
        size_t n = strcspn(at, ",");
        const char *code = arena_strndup(c->arena, at, n);
        const struct indicator *x = indicator_find(code);

        if (s->n == CODES_MAX || wanted_already(s, code))
            return ask_refuse(c, "only", "bad_value");
        if (x && ask_counts(c, x))
            s->wanted[s->n++] = (struct wanted){.code = code, .x = x};
        at += n + (at[n] == ',');
    }
    return true;
}

static bool count_read(struct call *c, const char *name, int max, int *out)
{
    int64_t n;
    const char *text = call_query(c, name);

    if (!text || !str_int64(text, &n) || n < 1 || n > max)
        return ask_refuse(c, name, "bad_value");
    *out = (int)n;
    return true;
}

/* The span so many after the first, or before it. */
static struct date span_at(const struct series *s, int i)
{
    int month = s->first.year * 12 + s->first.month - 1 + i;

    if (s->days)
        return date_of_days(date_to_days(s->first) + i);
    return (struct date){.year = month / 12, .month = month % 12 + 1, .day = 1};
}

/* The last span, "2026-11" or "2026-11-22", and how many. */
static bool spans_read(struct call *c, struct series *s)
{
    const char *until = call_query(c, "until");
    size_t n = until ? strlen(until) : 0;
    const char *day = n == 7 ? arena_printf(c->arena, "%s-01", until) : until;

    s->days = n == 10;
    if ((n != 7 && n != 10) || !date_parse(day, &s->first) || s->first.year < 1900)
        return ask_refuse(c, "until", "period_expected");
    if (!count_read(c, "n", SPANS_MAX, &s->nspans))
        return false;
    s->first = span_at(s, 1 - s->nspans);
    return true;
}

static const char *instant(struct call *c, struct date d)
{
    char text[DATE_TEXT];

    date_format(d, text);
    return arena_printf(c->arena, "%sT00:00:00+08:00", text);
}

/* ---- over months or days --------------------------------------------------------------------- */

static bool series_plan(struct call *c, struct db_batch *b)
{
    struct series *s = arena_alloc(c->arena, sizeof *s);
    const char *org;

    c->state = s;
    query_known(c, "until n only townships org");
    if (!ask_report(c) || faults_reply_as(c, 400, "bad_query") || !spans_read(c, s) ||
        !codes_read(c, s) || !ask_org(c, &org))
        return false;
    for (int i = 0; i < s->n; i++) {
        const char **p = ask_params(c, instant(c, s->first), instant(c, span_at(s, s->nspans)), org,
                                    10);
        p[7] = s->days ? "YYYY-MM-DD" : "YYYY-MM";
        p[8] = s->wanted[i].x->d.share;
        p[9] = str_eq(call_query(c, "townships"), "true") ? "t" : "f";
        s->wanted[i].at = batch_add(b, s->wanted[i].x->series, 10, p);
    }
    return true;
}

enum column { COL_SPAN, COL_TOWNSHIP, COL_WHOLE, COL_N, COL_PERSONS, COL_PART };

static bool counts_persons(const struct wanted *o)
{
    return !str_eq(o->code, o->x->d.code);
}

/* Row -1: nothing was counted, which is 0, but no mean. */
static void numbers_write(struct jw *w, const struct wanted *o, const struct db_rows *rows, int row)
{
    bool mean = o->x->d.flags & WL_MEAN;

    jw_key(w, "value");
    if (row < 0 && mean)
        jw_null(w);
    else
        jw_int(w, row < 0 ? 0 : rows_int(rows, row, counts_persons(o) ? COL_PERSONS : COL_N));
    if (o->x->d.share && !counts_persons(o))
        jw_kv_int(w, "part", row < 0 ? 0 : rows_int(rows, row, COL_PART));
}

/* Rows of one span follow each other, the whole first; gives the row behind them. */
static int span_write(struct call *c, struct jw *w, const struct wanted *o,
                      const struct db_rows *rows, int row, struct date d)
{
    const struct series *s = c->state;
    char name[DATE_TEXT];
    bool here;

    date_format(d, name);
    name[s->days ? 10 : 7] = '\0';
    here = row < rows_count(rows) && str_eq(rows_text(rows, row, COL_SPAN), name);
    jw_object(w);
    jw_kv_text(w, "span", name);
    numbers_write(w, o, rows, here ? row++ : -1);
    jw_key(w, "townships");
    jw_array(w);
    for (; here && row < rows_count(rows) && !rows_int(rows, row, COL_WHOLE); row++) {
        jw_object(w);
        jw_kv_text(w, "township", rows_text(rows, row, COL_TOWNSHIP));
        numbers_write(w, o, rows, row);
        jw_end(w, '}');
    }
    jw_end(w, ']');
    jw_end(w, '}');
    return row;
}

static void label_write(struct call *c, struct jw *w, const struct wanted *o)
{
    jw_kv_text(w, "code", o->code);
    jw_kv_text(w, "label", indicator_label(c, o->x, o->code));
}

static void one_write(struct call *c, struct jw *w, const struct wanted *o,
                      const struct db_rows *rows)
{
    const struct series *s = c->state;
    const char *share = counts_persons(o) ? NULL : o->x->d.share;

    jw_object(w);
    label_write(c, w, o);
    jw_kv_text(w, "unit",
               message(c->lang, o->x->plugin, counts_persons(o) ? "unit.persons" : o->x->d.unit));
    jw_kv_text(w, "share_label", share ? indicator_kind(c, o->x, share) : NULL);
    jw_key(w, "spans");
    jw_array(w);
    for (int i = 0, row = 0; i < s->nspans; i++)
        row = span_write(c, w, o, rows, row, span_at(s, i));
    jw_end(w, ']');
    jw_end(w, '}');
}

static void series_render(struct call *c, struct db_batch *b)
{
    const struct series *s = c->state;
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "indicators");
    jw_array(w);
    for (int i = 0; i < s->n; i++)
        one_write(c, w, &s->wanted[i], b->item[s->wanted[i].at].rows);
    jw_end(w, ']');
    jw_end(w, '}');
}

/* ---- what was last --------------------------------------------------------------------------- */

/* Rows of class 4 have no place here at all: what, when and where may be enough to know of whom. */
static bool may_be_told(struct call *c, const struct indicator *x)
{
    for (int i = 0; i < x->nparts; i++)
        for (int k = 0; k < x->parts[i].nrecords; k++)
            if (rec_named(x->parts[i].records[k]))
                return false;
    return ask_rows(c, x, NULL);
}

static bool newest_plan(struct call *c, struct db_batch *b)
{
    struct series *s = arena_alloc(c->arena, sizeof *s);
    int64_t today = date_to_days(date_today());
    const char *from = instant(c, date_of_days(today - NEWEST_DAYS));
    const char *to = instant(c, date_of_days(today + 1)), *org;

    c->state = s;
    query_known(c, "limit only org");
    if (!ask_report(c) || faults_reply_as(c, 400, "bad_query") ||
        !count_read(c, "limit", NEWEST_MAX, &s->limit) || !codes_read(c, s) || !ask_org(c, &org))
        return false;
    for (int i = 0; i < s->n; i++) {
        const char **p = ask_params(c, from, to, org, 8);
        p[7] = rec_number(c, s->limit);
        s->wanted[i].at = -1;
        if (may_be_told(c, s->wanted[i].x) && ask_rows(c, s->wanted[i].x, b))
            s->wanted[i].at = batch_add(b, s->wanted[i].x->newest, 8, p);
    }
    return true;
}

enum { NEW_TOWNSHIP, NEW_KIND, NEW_AT, NEW_US };

struct event {
    const struct wanted *o;
    const struct db_rows *rows;
    int row;
    int64_t us;
};

static int later_first(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return (x->us < y->us) - (x->us > y->us);
}

static int events_of(struct call *c, const struct db_batch *b, struct event *out)
{
    const struct series *s = c->state;
    int n = 0;

    for (int i = 0; i < s->n; i++) {
        const struct db_rows *rows = s->wanted[i].at < 0 ? NULL : b->item[s->wanted[i].at].rows;
        for (int k = 0; rows && k < rows_count(rows); k++)
            out[n++] = (struct event){&s->wanted[i], rows, k, rows_int(rows, k, NEW_US)};
    }
    qsort(out, (size_t)n, sizeof *out, later_first);
    return n < s->limit ? n : s->limit;
}

static void event_write(struct call *c, struct jw *w, const struct event *e)
{
    const char *kind = rows_text(e->rows, e->row, NEW_KIND);

    jw_object(w);
    label_write(c, w, e->o);
    jw_kv_text(w, "kind_label", *kind ? indicator_kind(c, e->o->x, kind) : NULL);
    jw_kv_text(w, "township", rows_text(e->rows, e->row, NEW_TOWNSHIP));
    jw_key(w, "at");
    time_json(w, rows_text(e->rows, e->row, NEW_AT));
    jw_end(w, '}');
}

static void newest_render(struct call *c, struct db_batch *b)
{
    struct event *all = arena_alloc(c->arena, sizeof *all * CODES_MAX * NEWEST_MAX);
    int n = events_of(c, b, all);
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        event_write(c, w, &all[i]);
    jw_end(w, ']');
    jw_end(w, '}');
}

const struct op series_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/reports/{report}/series",
        .permission = "report.read",
        .lane = OP_WRITE,
        .plan = series_plan,
        .render = series_render,
        .summary = "Indicators over months (until=2026-11) or days (until=2026-11-22)",
        .asks = "until n:int only townships?:bool org?:uuid",
        .gives = "{indicators:[{code label unit share_label? spans:[{span value?:int part~:int "
                 "townships:[{township value:int part~:int}]}]}]}",
    },
    {
        .method = "GET",
        .path = "/api/v1/reports/{report}/newest",
        .permission = "report.read",
        .lane = OP_WRITE,
        .plan = newest_plan,
        .render = newest_render,
        .summary = "When and where the last of what indicators count was; of nobody by name",
        .asks = "limit:int only org?:uuid",
        .gives = "{items:[{code label kind_label? township at:time}]}",
    },
};
const int series_nops = sizeof series_ops / sizeof series_ops[0];
