/* The monthly reports: SM-01 of a station and CM-01 of the county are the same indicators over the
 * place that is asked for. What a station has submitted stands as it was sent, and the county's
 * sums are of that; the rest is counted live, and so marked provisional. A query that fails fails
 * the report: it is one batch. */
#include "report/report.h"

#include "audit/audit.h"
#include "base/str.h"
#include "call/messages.h"
#include "json/jw.h"
#include "record/record.h"
#include "report/ask.h"
#include "report/freeze.h"
#include "report/ops.h"

/* ---- from the database ----------------------------------------------------------------------- */

bool report_add(struct call *c, struct db_batch *b, struct report *r, bool compare)
{
    int n;
    const struct indicator *all = indicators_all(&n);
    c->state = r;
    r->compare = compare;
    r->at_put = -1;
    if (!asked_read(c, &r->asked))
        return false;
    if (r->asked.place == PLACE_TOWNSHIP && asked_own(c, &r->asked))
        return ask_refuse(c, "township", "bad_value"); /* no station is there that reports */
    const struct asked *a = &r->asked;
    const char **now = asked_params(c, a, &a->period, ASKED_PARAMS);
    const char **before = asked_params(c, a, &a->before, ASKED_PARAMS);
    for (int i = 0; i < n; i++) {
        bool counts = ask_counts(c, &all[i]);
        r->at[i] = counts ? batch_add(b, all[i].sums, ASKED_PARAMS, now) : -1;
        r->at_before[i] = counts && compare ? batch_add(b, all[i].sums, ASKED_PARAMS, before) : -1;
    }
    r->at_months = months_add(c, b, a);
    return true;
}

static bool put_read(struct call *c, const struct db_rows *rows, const struct jv **put)
{
    size_t n;
    struct jv_fault fault;
    const char *text = rows_count(rows) ? rows_value(rows, 0, 0, &n) : NULL;
    *put = text ? jv_parse(c->arena, text, n, &fault) : NULL;
    return !text || *put || problem(c, 500, "internal");
}

bool report_read(struct call *c, struct db_batch *b)
{
    struct report *r = c->state;
    const struct asked *a = &r->asked;
    int n;
    const struct indicator *all = indicators_all(&n);
    if (!months_read(c, b->item[r->at_months].rows, &r->months) ||
        (r->at_put >= 0 && !put_read(c, b->item[r->at_put].rows, &r->put)))
        return false;
    if (a->place != PLACE_PART)
        r->own =
            month_find(&r->months, a->period.name, arena_printf(c->arena, "%.9s", asked_div(c, a)));
    for (int i = 0; i < n; i++) {
        if (r->at[i] >= 0) {
            figure_live(c->arena, &r->now[i], b->item[r->at[i]].rows);
            months_put(c, &r->months, a, &a->period, all[i].d.code, &r->now[i]);
        }
        if (r->at_before[i] >= 0) {
            figure_live(c->arena, &r->before[i], b->item[r->at_before[i]].rows);
            months_put(c, &r->months, a, &a->before, all[i].d.code, &r->before[i]);
        }
    }
    return true;
}

bool report_frozen(const struct report *r)
{
    return r->own && r->own->figures;
}

bool report_correction(struct call *c, const struct indicator *x, bool persons, int64_t *out)
{
    const struct report *r = c->state;
    bool frozen = report_frozen(r), mean = !persons && (x->d.flags & WL_MEAN);
    bool county = r->asked.place == PLACE_COUNTY;
    int64_t put[2] = {0, 0};
    if (mean || r->asked.place == PLACE_PART || (!frozen && (county ? persons : r->at_put < 0)))
        return false; /* of the county's own, what will be put right is known when it closes */
    corrections_sum(frozen ? r->own->corrections : r->put, x->d.code, put);
    if (county) /* sums add up, persons do not */
        for (int i = 0; i < r->months.n; i++) {
            const struct month *m = &r->months.month[i];
            int64_t part[2] = {0, 0};
            if (m != r->own && str_eq(m->period, r->asked.period.name) &&
                month_counts(c, &r->months, &r->asked, m))
                corrections_sum(m->corrections, x->d.code, part);
            put[0] += part[0];
        }
    *out = put[persons];
    return true;
}

/* ---- words ----------------------------------------------------------------------------------- */

const char *indicator_code(const struct indicator *x, bool persons)
{
    return persons ? x->d.persons : x->d.code;
}

const char *indicator_unit(struct call *c, const struct indicator *x, bool persons)
{
    return message(c->lang, x->plugin, persons ? "unit.persons" : x->d.unit);
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void kinds_write(struct call *c, struct jw *w, const struct indicator *x,
                        const struct figure *f, bool persons)
{
    jw_key(w, "by_kind");
    jw_array(w);
    for (int i = 0; i < f->n; i++) {
        const struct cell *cell = &f->cell[i];
        if (*cell->township || !*cell->kind)
            continue;
        jw_object(w);
        jw_kv_text(w, "kind", cell->kind);
        jw_kv_text(w, "label", indicator_kind(c, x, cell->kind));
        jw_kv_int(w, "value", figure_value(x, cell, persons));
        jw_end(w, '}');
    }
    jw_end(w, ']');
}

static void townships_write(struct jw *w, const struct indicator *x, const struct figure *f,
                            bool persons)
{
    jw_key(w, "by_township");
    jw_array(w);
    for (int i = 0; i < f->n; i++)
        if (*f->cell[i].township && !*f->cell[i].kind) {
            jw_object(w);
            jw_kv_text(w, "township", f->cell[i].township);
            jw_kv_int(w, "value", figure_value(x, &f->cell[i], persons));
            jw_end(w, '}');
        }
    jw_end(w, ']');
}

/* The kind whose share of the whole is the point: closed on time of all closed. */
static void share_write(struct jw *w, const struct indicator *x, const struct figure *f)
{
    jw_key(w, "share");
    jw_object(w);
    jw_kv_text(w, "kind", x->d.share);
    jw_kv_int(w, "value", figure_cell(f, "", x->d.share)->n);
    jw_kv_int(w, "of", figure_cell(f, "", "")->n);
    jw_end(w, '}');
}

/* Where the rows behind the number are. */
static const char *rows_link(struct call *c, const char *code)
{
    const struct report *r = c->state;
    const char *org = r->asked.org, *township = call_query(c, "township");
    return arena_printf(c->arena, "/api/v1/reports/%s/%s?period=%s%s%s%s%s", c->args[0], code,
                        r->asked.period.name, org ? "&org=" : "", org ? org : "",
                        township ? "&township=" : "", township ? township : "");
}

static void compared_write(struct call *c, struct jw *w, int i, const struct indicator *x,
                           bool persons)
{
    const struct report *r = c->state;
    int64_t put;
    if (r->compare)
        jw_kv_int(w, "previous", figure_value(x, figure_cell(&r->before[i], "", ""), persons));
    if (report_correction(c, x, persons, &put))
        jw_kv_int(w, "correction", put);
}

static void number_write(struct call *c, struct jw *w, int i, bool persons)
{
    const struct report *r = c->state;
    int n;
    const struct indicator *x = &indicators_all(&n)[i];
    const struct figure *f = &r->now[i];
    jw_object(w);
    jw_kv_text(w, "code", indicator_code(x, persons));
    jw_kv_text(w, "label", indicator_label(c, x, indicator_code(x, persons)));
    jw_kv_text(w, "unit", indicator_unit(c, x, persons));
    jw_kv_int(w, "value", figure_value(x, figure_cell(f, "", ""), persons));
    compared_write(c, w, i, x, persons);
    if (x->d.share && !persons)
        share_write(w, x, f);
    kinds_write(c, w, x, f, persons);
    townships_write(w, x, f, persons);
    jw_kv_text(w, "rows", ask_rows(c, x, NULL) ? rows_link(c, indicator_code(x, persons)) : NULL);
    jw_end(w, '}');
}

static void sent_write(struct jw *w, const struct month *m)
{
    jw_key(w, "sent");
    jw_object(w);
    jw_kv_text(w, "at", m->at);
    jw_kv_text(w, "by", m->by);
    jw_kv_text(w, "sha256", m->sha256);
    jw_end(w, '}');
}

static void head_write(struct call *c, struct jw *w)
{
    const struct report *r = c->state;
    jw_kv_text(w, "report", c->args[0]);
    jw_kv_text(w, "period", r->asked.period.name);
    jw_kv_text(w, "from", r->asked.period.from);
    jw_kv_text(w, "to", r->asked.period.to);
    jw_kv_bool(w, "provisional", !report_frozen(r));
    if (r->own) {
        jw_kv_text(w, "month_report", r->own->id);
        jw_kv_text(w, "state", r->own->state);
    }
    if (report_frozen(r))
        sent_write(w, r->own);
}

static void json_write(struct call *c)
{
    const struct report *r = c->state;
    int n;
    const struct indicator *all = indicators_all(&n);
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    head_write(c, w);
    jw_key(w, "indicators");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        if (r->at[i] < 0)
            continue;
        number_write(c, w, i, false);
        if (all[i].d.persons)
            number_write(c, w, i, true);
    }
    jw_end(w, ']');
    jw_end(w, '}');
}

/* ---- the operation --------------------------------------------------------------------------- */

struct answer {
    struct report r; /* first: c->state is the report's */
    int at_stations; /* of a table */
};

static bool format_read(struct call *c)
{
    const char *format = call_query(c, "format");
    return !format || str_has_word("json csv xlsx", format) ||
           ask_refuse(c, "format", "export_format");
}

static bool is_table(const struct call *c)
{
    const char *format = call_query(c, "format");
    return format && !str_eq(format, "json");
}

bool report_plan(struct call *c, struct db_batch *b)
{
    struct answer *x = arena_alloc(c->arena, sizeof *x);
    bool table = is_table(c);
    if (!format_read(c) ||
        !report_add(c, b, &x->r, table || str_eq(call_query(c, "compare"), "true")))
        return false;
    if (x->r.compare && x->r.asked.place == PLACE_TOWNSHIP)
        x->r.at_put = corrections_add(c, b, asked_div(c, &x->r.asked), x->r.asked.period.first);
    if (table) {
        x->at_stations = stations_add(c, b, &x->r.asked);
        audit_add(c, b, "export", "station.month_report", NULL, 0, NULL, 1);
    }
    return true;
}

void report_render(struct call *c, struct db_batch *b)
{
    if (!report_read(c, b))
        return;
    const struct answer *x = c->state;
    if (is_table(c))
        table_render(c, b->item[x->at_stations].rows, str_eq(call_query(c, "format"), "xlsx"));
    else
        json_write(c);
}
