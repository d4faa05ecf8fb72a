/* The report as a table that people file and send on: the form's columns, in the county's one more
 * for each township. */
#include "base/str.h"
#include "call/messages.h"
#include "report/ask.h"
#include "report/report.h"
#include "sheet/write.h"

enum { FIXED = 8, TOWNSHIPS_MAX = SHEET_COLUMNS_MAX - FIXED };

struct table {
    struct call *c;
    const char *township[TOWNSHIPS_MAX]; /* of the county's report: those that any figure names */
    size_t n;
};

static const char *word(struct call *c, const char *key)
{
    return message(c->lang, NULL, arena_printf(c->arena, "report.%s", key));
}

static void township_note(struct table *t, const char *township)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->township[i], township))
            return;
    if (*township && t->n < TOWNSHIPS_MAX)
        t->township[t->n++] = township;
}

static void townships_find(struct table *t)
{
    const struct report *r = t->c->state;
    for (int i = 0; i < INDICATORS_MAX && r->asked.place == PLACE_COUNTY; i++)
        for (int k = 0; k < r->now[i].n; k++)
            township_note(t, r->now[i].cell[k].township);
}

static struct sheet_value number(struct call *c, int64_t n, bool money)
{
    const char *text =
        money ? arena_printf(c->arena, "%s%lld.%02lld", n < 0 ? "-" : "",
                             (long long)(n < 0 ? -n : n) / 100, (long long)(n < 0 ? -n : n) % 100)
              : arena_int(c->arena, n);
    return (struct sheet_value){.kind = SHEET_NUMBER, .text = text};
}

static struct sheet_value text(const char *s)
{
    return (struct sheet_value){.kind = SHEET_TEXT, .text = s};
}

static const char *share_text(struct call *c, const struct indicator *x, const struct figure *f)
{
    int64_t part = figure_cell(f, "", x->d.share)->n, of = figure_cell(f, "", "")->n;
    int64_t mille = of ? (2000 * part + of) / (2 * of) : 0;
    return of ? arena_printf(c->arena, "%lld.%lld%%", (long long)mille / 10, (long long)mille % 10)
              : NULL;
}

static const char *kinds_text(struct call *c, const struct indicator *x, const struct figure *f,
                              bool persons)
{
    const char *out = "";
    for (int i = 0; i < f->n; i++) {
        const struct cell *k = &f->cell[i];
        int64_t n = figure_value(x, k, persons);
        if (!*k->township && *k->kind && n)
            out = arena_printf(c->arena, "%s%s%s %lld", out, *out ? "；" : "",
                               indicator_kind(c, x, k->kind), (long long)n);
    }
    return out;
}

/* Money is told by its unit, and printed in yuan. */
static bool is_money(const struct indicator *x, bool persons)
{
    return !persons && str_eq(x->d.unit, "unit.fen");
}

static void row_write(struct table *t, struct sheet_writer *w, int i, const struct indicator *x,
                      bool persons)
{
    struct call *c = t->c;
    const struct report *r = c->state;
    bool money = is_money(x, persons);
    struct sheet_value v[SHEET_COLUMNS_MAX] = {{0}};
    int64_t put;
    v[0] = text(indicator_code(x, persons));
    v[1] = text(indicator_label(c, x, indicator_code(x, persons)));
    v[2] = text(money ? word(c, "yuan") : indicator_unit(c, x, persons));
    v[3] = number(c, figure_value(x, figure_cell(&r->now[i], "", ""), persons), money);
    v[4] = number(c, figure_value(x, figure_cell(&r->before[i], "", ""), persons), money);
    if (report_correction(c, x, persons, &put))
        v[5] = number(c, put, money);
    if (x->d.share && !persons)
        v[6] = text(share_text(c, x, &r->now[i]));
    if (!money)
        v[7] = text(kinds_text(c, x, &r->now[i], persons));
    for (size_t k = 0; k < t->n; k++)
        v[FIXED + k] =
            number(c, figure_value(x, figure_cell(&r->now[i], t->township[k], ""), persons), money);
    sheet_write_row(w, v, FIXED + t->n, NULL);
}

static void rows_write(struct table *t, struct sheet_writer *w)
{
    const struct report *r = t->c->state;
    int n;
    const struct indicator *all = indicators_all(&n);
    for (int i = 0; i < n; i++) {
        if (r->at[i] < 0)
            continue;
        row_write(t, w, i, &all[i], false);
        if (all[i].d.persons)
            row_write(t, w, i, &all[i], true);
    }
}

static void columns_fill(struct table *t, struct sheet_column *col)
{
    static const char *const keys[FIXED] = {"code",     "indicator",  "unit",  "value",
                                            "previous", "correction", "share", "kinds"};
    for (size_t i = 0; i < FIXED; i++)
        col[i] = (struct sheet_column){.title = word(t->c, keys[i]),
                                       .style = i >= 3 && i <= 5 ? SHEET_AS_NUMBER : SHEET_AS_TEXT,
                                       .width = i == 1 || i == 7 ? 28 : 0};
    for (size_t i = 0; i < t->n; i++)
        col[FIXED + i] = (struct sheet_column){
            .title =
                str_eq(t->township[i], county_township(t->c)) ? word(t->c, "own") : t->township[i],
            .style = SHEET_AS_NUMBER};
}

static void names_fill(struct table *t, struct sheet_column *col, const struct db_rows *stations)
{
    for (size_t i = 0; i < t->n; i++)
        for (int k = 0; k < rows_count(stations); k++)
            if (str_eq(rows_text(stations, k, STATION_TOWNSHIP), t->township[i]))
                col[FIXED + i].title = rows_text(stations, k, STATION_NAME);
}

static bool body_write(void *ctx, const void *buf, size_t n)
{
    struct buf *b = ctx;
    buf_add(b, buf, n);
    return !b->over;
}

void table_render(struct call *c, const struct db_rows *stations, bool xlsx)
{
    const struct report *r = c->state;
    struct table *t = arena_alloc(c->arena, sizeof *t);
    struct sheet_column col[SHEET_COLUMNS_MAX] = {{0}};
    struct sheet_sink sink = {&c->reply.body, body_write};
    const char *name = arena_printf(c->arena, "%s %s%s", c->args[0], r->asked.period.name,
                                    report_frozen(r) ? "" : word(c, "provisional"));
    t->c = c;
    townships_find(t);
    columns_fill(t, col);
    names_fill(t, col, stations);
    const struct sheet_table table = {.name = name, .column = col, .columns = FIXED + t->n};
    buf_reset(&c->reply.body);
    struct sheet_writer *w = sheet_write_open(xlsx ? SHEET_XLSX : SHEET_CSV, &table, &sink);
    rows_write(t, w);
    bool ok = sheet_write_end(w);
    sheet_write_free(w);
    if (!ok) {
        problem(c, 500, "internal");
        return;
    }
    c->reply.status = 200;
    c->reply.type = xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                         : "text/csv; charset=utf-8";
    c->reply.file = arena_printf(c->arena, "%s.%s", name, xlsx ? "xlsx" : "csv");
}
