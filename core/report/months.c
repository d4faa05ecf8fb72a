#include "report/months.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "call/lazy.h"

enum column {
    TOWNSHIP,
    ID,
    STATE,
    DUE,
    PERIOD,
    WRITTEN,
    VERSION,
    RETURNS,
    AT,
    BY,
    SHA,
    FIGURES,
    PUT,
    SOURCES
};

#define RFC(time) "to_json(" time ") #>> '{}'"

static struct lazy stmt_months = {
    .sql = "select m.township, m.id, m.state, " RFC(
        "m.due_at") ", to_char(m.month, 'YYYY-MM'),"
                    " coalesce(btrim(m.work), '') <> '', m.version, m.returns, " RFC(
                        "s.at") ", s.by,"
                                " encode(s.sha256, 'hex'), s.figures::text, s.corrections::text,"
                                " s.sources::text"
                                " from station.month_report m"
                                " left join lateral core.report_frozen(m.county, m.id) s on true"
                                " where " SCOPE_HOLDS(
                                    "m") " and m.month in ($4::date, $5::date)"
                                         " and m.deleted_at is null order by m.township"};

int months_add(struct call *c, struct db_batch *b, const struct asked *a)
{
    const char **p = asked_params(c, a, &a->period, ASKED_PARAMS);
    p[3] = a->period.first;
    p[4] = a->before.first;
    return lazy_add(b, &stmt_months, 5, p);
}

static struct lazy stmt_stations = {
    .sql = "select o.township, o.id, o.name from admin.org_unit o where " SCOPE_HOLDS(
        "o") " and o.kind = 'STATION' and o.status = 'OPERATING' and o.div % 1000000 <> 0"
             " and o.deleted_at is null order by o.township, o.id"};

int stations_add(struct call *c, struct db_batch *b, const struct asked *a)
{
    return lazy_add(b, &stmt_stations, 3, asked_params(c, a, &a->period, ASKED_PARAMS));
}

static bool json_read(struct call *c, const struct db_rows *rows, int i, enum column col,
                      const struct jv **out)
{
    size_t n;
    const char *text = rows_value(rows, i, col, &n);
    struct jv_fault fault;
    *out = text ? jv_parse(c->arena, text, n, &fault) : NULL;
    if (!text || *out)
        return true;
    log_line(LOG_ERROR, "snapshot_unreadable", "report %s: %s", rows_text(rows, i, ID), fault.text);
    return problem(c, 500, "internal");
}

static const char *text_of(const struct db_rows *rows, int i, enum column col)
{
    return rows_null(rows, i, col) ? NULL : rows_text(rows, i, col);
}

static bool month_read(struct call *c, const struct db_rows *rows, int i, struct month *m)
{
    *m = (struct month){
        .township = rows_text(rows, i, TOWNSHIP),
        .id = rows_text(rows, i, ID),
        .state = rows_text(rows, i, STATE),
        .due_at = rows_text(rows, i, DUE),
        .period = rows_text(rows, i, PERIOD),
        .written = rows_bool(rows, i, WRITTEN),
        .version = rows_int(rows, i, VERSION),
        .returns = rows_int(rows, i, RETURNS),
        .at = text_of(rows, i, AT),
        .by = text_of(rows, i, BY),
        .sha256 = text_of(rows, i, SHA),
    };
    return json_read(c, rows, i, FIGURES, &m->figures) &&
           json_read(c, rows, i, PUT, &m->corrections) &&
           json_read(c, rows, i, SOURCES, &m->sources);
}

bool months_read(struct call *c, const struct db_rows *rows, struct months *m)
{
    m->n = rows_count(rows);
    m->month = arena_alloc(c->arena, (size_t)m->n * sizeof *m->month);
    for (int i = 0; i < m->n; i++)
        if (!month_read(c, rows, i, &m->month[i]))
            return false;
    return true;
}

const struct month *month_find(const struct months *m, const char *period, const char *township)
{
    for (int i = 0; i < m->n; i++)
        if (str_eq(m->month[i].period, period) && str_eq(m->month[i].township, township))
            return &m->month[i];
    return NULL;
}

const char *county_township(struct call *c)
{
    return arena_printf(c->arena, "%d000", c->county);
}

/* The county's own report of a period, when that is asked for and closed. */
static const struct month *closed_of(struct call *c, const struct months *m, const struct asked *a,
                                     const char *period)
{
    const struct month *own =
        a->place == PLACE_COUNTY ? month_find(m, period, county_township(c)) : NULL;
    return own && own->figures ? own : NULL;
}

bool month_counts(struct call *c, const struct months *m, const struct asked *a,
                  const struct month *x)
{
    const struct month *own = closed_of(c, m, a, x->period);
    return !own || x == own || jv_get(own->sources, x->township);
}

void months_put(struct call *c, const struct months *m, const struct asked *a,
                const struct period *period, const char *code, struct figure *f)
{
    const char *own = county_township(c);
    if (closed_of(c, m, a, period->name))
        f->n = 0;
    for (int i = 0; i < m->n && a->place != PLACE_PART; i++) {
        const struct month *x = &m->month[i];
        if (x->figures && str_eq(x->period, period->name) && month_counts(c, m, a, x))
            figure_sent(c->arena, f, x->township, jv_get(x->figures, code),
                        str_eq(x->township, own));
    }
    if (a->place == PLACE_TOWNSHIP)
        figure_alone(c->arena, f, arena_printf(c->arena, "%lld", (long long)a->lo / 1000));
    else if (a->place == PLACE_COUNTY)
        figure_add_up(c->arena, f);
}

void corrections_sum(const struct jv *corrections, const char *code, int64_t put[2])
{
    const struct jv *of;
    const char *snapshot;
    void *at = NULL;
    while (jv_member(corrections, &at, &snapshot, &of))
        for (size_t k = 0; k < 2; k++) {
            int64_t n = 0;
            put[k] += jv_int(jv_at(jv_get(of, code), k), &n) ? n : 0;
        }
}
