#include "report/findings.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/time.h"
#include "call/messages.h"
#include "iam/permission.h"
#include "json/jw.h"
#include "record/label.h"
#include "record/limit.h"
#include "record/record.h"
#include "report/ask.h"
#include "report/report.h"

enum { SQL_MAX = 1 << 20, JUMP_LEAST = 5 };

static const struct db_stmt *stmt_pending;

/* A station's report (NULL: none), and the indicators of which its township's rows give another sum
 * now than was sent. */
struct station {
    const struct month *m;
    const char *changed[INDICATORS_MAX];
    int n;
};

struct looked {
    struct report r; /* first: c->state is the report's */
    int at_pending, at_stations;
    struct station *station; /* one for each row */
};

/* ---- work that is late or in draft ----------------------------------------------------------- */

/* $4 end of the month, $5 services. */
static void pending_add(struct buf *b, const struct rec *r, const struct rec_limit *l)
{
    buf_printf(b,
               "%sselect '%s'::text as record, '%s'::text as late, count(*) as n from %s t where %s"
               " and t.deleted_at is null and '{%s}'::text[] <@ $5::text[]"
               " and t.created_at < $4::timestamptz",
               b->n ? " union all " : "", r->name, l ? l->d.due : "", r->name, rec_scope_where(r),
               r->plugin_gate ? r->plugin_gate : "");
    if (l)
        limit_where_add(b, r, l);
    else
        buf_str(b, " and t.state = 'draft'");
    buf_str(b, " having count(*) > 0");
}

bool findings_build(struct arena *a, const char **why)
{
    const struct rec *r;
    struct buf b;
    buf_init(&b, SQL_MAX);
    for (int i = 0; (r = rec_at(i)); i++) {
        if (rec_named(r) || str_eq(r->name, "station.month_report"))
            continue; /* class 4 is its readers' alone */
        for (int k = 0; k < r->nlimits; k++)
            pending_add(&b, r, &r->limits[k]);
        if (rec_state_find(r, "draft") >= 0)
            pending_add(&b, r, NULL);
    }
    *why = b.over ? "report: too many records to check; load fewer plugins" : *why;
    stmt_pending = b.over || !b.n ? NULL : db_stmt_new(arena_strndup(a, b.p, b.n));
    bool ok = !b.over;
    buf_free(&b);
    return ok;
}

bool findings_plan(struct call *c, struct db_batch *b)
{
    struct looked *l = arena_alloc(c->arena, sizeof *l);
    if (call_query(c, "org")) /* what is sent is a township's */
        return ask_refuse(c, "org", "unknown_parameter");
    if (!report_add(c, b, &l->r, true))
        return false;
    const struct asked *a = &l->r.asked;
    const char **p = asked_params(c, a, &a->period, ASKED_PARAMS);
    p[3] = a->period.to;
    p[4] = ask_plugins(c);
    l->at_pending = stmt_pending ? batch_add(b, stmt_pending, 5, p) : -1;
    l->at_stations = stations_add(c, b, a);
    return true;
}

/* ---- one finding ----------------------------------------------------------------------------- */

struct finding {
    const char *code, *weight; /* "stop": it cannot be sent so; "look" */
    const char *args[5];       /* of its text, "finding.<code>" */
    const char *indicator, *record, *query, *township;
};

static void optional(struct jw *w, const char *key, const char *value)
{
    if (value)
        jw_kv_text(w, key, value);
}

static void finding_write(struct call *c, struct jw *w, const struct finding *f)
{
    const char *text = message(c->lang, NULL, arena_printf(c->arena, "finding.%s", f->code));
    jw_object(w);
    jw_kv_text(w, "code", f->code);
    jw_kv_text(w, "weight", f->weight);
    jw_kv_text(w, "text", message_fill(c->arena, text, f->args));
    optional(w, "indicator", f->indicator);
    optional(w, "record", f->record);
    optional(w, "query", f->query);
    optional(w, "township", f->township);
    jw_end(w, '}');
}

static const char *int_text(struct call *c, int64_t n)
{
    return arena_int(c->arena, n);
}

/* Whether it jumped, or went to nothing. */
static bool jump_check(struct call *c, struct jw *w, int i, const struct indicator *x, bool persons)
{
    const struct looked *l = c->state;
    int64_t now = figure_value(x, figure_cell(&l->r.now[i], "", ""), persons);
    int64_t before = figure_value(x, figure_cell(&l->r.before[i], "", ""), persons);
    int64_t by = llabs(now - before);
    bool jumped = by >= JUMP_LEAST && 2 * by > before;
    const struct finding f = {.code = now ? "jump" : "zero",
                              .weight = "look",
                              .indicator = indicator_code(x, persons),
                              .args = {indicator_label(c, x, indicator_code(x, persons)),
                                       int_text(c, before), int_text(c, now)}};
    if (before <= 0 || (now && !jumped))
        return false;
    finding_write(c, w, &f);
    return true;
}

/* Somebody is behind each person: more of them than rows do not add up. */
static void persons_check(struct call *c, struct jw *w, int i, const struct indicator *x)
{
    const struct looked *l = c->state;
    const struct cell *cell = figure_cell(&l->r.now[i], "", "");
    const struct finding f = {
        .code = "persons",
        .weight = "look",
        .indicator = x->d.persons,
        .args = {indicator_label(c, x, x->d.persons), int_text(c, cell->c), int_text(c, cell->p)}};
    if (cell->p > cell->c)
        finding_write(c, w, &f);
}

/* Persons that jump with what they came for are said once. */
static void numbers_check(struct call *c, struct jw *w)
{
    const struct looked *l = c->state;
    int n;
    const struct indicator *all = indicators_all(&n);
    for (int i = 0; i < n; i++) {
        if (l->r.at[i] < 0)
            continue;
        bool said = jump_check(c, w, i, &all[i], false);
        if (all[i].d.persons) {
            if (!said)
                jump_check(c, w, i, &all[i], true);
            persons_check(c, w, i, &all[i]);
        }
    }
}

static bool may_read(struct call *c, const struct rec *r)
{
    return permission_choose(
               c, arena_printf(c->arena, "%s.read %s.masked", r->d.object, r->d.object)) != NULL;
}

static const char *limit_label(struct call *c, const struct rec *r, const char *due)
{
    int i = rec_field_find(r, due);
    return i >= 0 ? rec_label(c, r, i) : "";
}

static void pending_check(struct call *c, struct jw *w, const struct db_rows *rows)
{
    for (int i = 0; i < rows_count(rows); i++) {
        const struct rec *r = rec_find(rows_text(rows, i, 0));
        const char *late = rows_text(rows, i, 1);
        if (!r || !may_read(c, r))
            continue;
        const char *label = message(c->lang, r->owner, r->d.name);
        const struct finding f = {.code = *late ? "overdue" : "draft",
                                  .weight = "look",
                                  .args = {label, rows_text(rows, i, 2), limit_label(c, r, late)},
                                  .record = r->name,
                                  .query = *late ? arena_printf(c->arena, "overdue=%s", late)
                                                 : "state.in=draft"};
        finding_write(c, w, &f);
    }
}

/* ---- the place's own report ------------------------------------------------------------------ */

static bool month_over(const struct asked *a)
{
    int64_t end;
    return time_parse(a->period.to, &end) && end <= clock_us();
}

static void stop(struct call *c, struct jw *w, const char *code)
{
    const struct finding f = {.code = code, .weight = "stop"};
    finding_write(c, w, &f);
}

static bool is_open(const struct month *m)
{
    return m && str_has_word("open returned", m->state);
}

static void station_check(struct call *c, struct jw *w)
{
    const struct report *r = c->state;
    const char *own = arena_printf(c->arena, "%.9s", asked_div(c, &r->asked));
    if (!month_over(&r->asked))
        stop(c, w, "running");
    if (is_open(month_find(&r->months, r->asked.before.name, own)))
        stop(c, w, "previous");
    if (is_open(r->own) && !r->own->written)
        stop(c, w, "empty");
}

/* ---- the county's stations ------------------------------------------------------------------- */

static void station_read(struct station *s, const struct figure *live)
{
    int n;
    const struct indicator *all = indicators_all(&n);
    for (int i = 0; i < n && s->m && s->m->figures; i++) {
        const struct jv *sent = jv_get(s->m->figures, all[i].d.code);
        int64_t was = 0;
        if (jv_int(jv_get(sent, "n"), &was) && live[i].n >= 0 &&
            figure_cell(&live[i], s->m->township, "")->n != was)
            s->changed[s->n++] = all[i].d.code;
    }
}

static void stations_read(struct call *c, struct db_batch *b)
{
    struct looked *l = c->state;
    const struct db_rows *rows = b->item[l->at_stations].rows;
    int n, stations = rows_count(rows);
    indicators_all(&n);
    struct figure *live = arena_alloc(c->arena, (size_t)n * sizeof *live);
    for (int i = 0; i < n; i++)
        if (l->r.at[i] < 0)
            live[i].n = -1; /* not counted */
        else
            figure_live(c->arena, &live[i], b->item[l->r.at[i]].rows);
    l->station = arena_alloc(c->arena, (size_t)stations * sizeof *l->station);
    for (int i = 0; i < stations; i++) {
        struct station *s = &l->station[i];
        *s = (struct station){.m = month_find(&l->r.months, l->r.asked.period.name,
                                              rows_text(rows, i, STATION_TOWNSHIP))};
        station_read(s, live);
    }
}

static void changed_check(struct call *c, struct jw *w, const struct station *s, const char *name)
{
    const char *list = "";
    for (int i = 0; i < s->n; i++)
        list = arena_printf(c->arena, "%s%s%s", list, i ? "、" : "", s->changed[i]);
    const struct finding f = {.code = "changed",
                              .weight = "look",
                              .args = {name, int_text(c, s->n), list},
                              .township = s->m ? s->m->township : NULL};
    if (s->n)
        finding_write(c, w, &f);
}

static void stations_check(struct call *c, struct jw *w, struct db_batch *b)
{
    const struct looked *l = c->state;
    const struct db_rows *rows = b->item[l->at_stations].rows;
    for (int i = 0; i < rows_count(rows); i++) {
        const struct month *m = l->station[i].m;
        const char *state = m ? m->state : "missing";
        const struct finding f = {.code = arena_printf(c->arena, "station.%s", state),
                                  .weight = "stop",
                                  .args = {rows_text(rows, i, STATION_NAME)},
                                  .township = rows_text(rows, i, STATION_TOWNSHIP)};
        if (l->r.asked.place == PLACE_COUNTY && !str_eq(state, "accepted"))
            finding_write(c, w, &f);
        changed_check(c, w, &l->station[i], rows_text(rows, i, STATION_NAME));
    }
}

static void station_write(struct jw *w, const struct station *s, const struct db_rows *rows, int i)
{
    const struct month *m = s->m;
    jw_object(w);
    jw_kv_text(w, "township", rows_text(rows, i, STATION_TOWNSHIP));
    jw_kv_text(w, "org", rows_text(rows, i, STATION_ID));
    jw_kv_text(w, "name", rows_text(rows, i, STATION_NAME));
    jw_kv_text(w, "month_report", m ? m->id : NULL);
    jw_kv_text(w, "state", m ? m->state : NULL);
    jw_kv_text(w, "due_at", m ? m->due_at : NULL);
    jw_kv_text(w, "sent_at", m ? m->at : NULL);
    jw_kv_text(w, "sent_by", m ? m->by : NULL);
    jw_kv_text(w, "sha256", m ? m->sha256 : NULL);
    jw_kv_int(w, "returns", m ? m->returns : 0);
    jw_key(w, "changed");
    jw_array(w);
    for (int k = 0; k < s->n; k++)
        jw_text(w, s->changed[k]);
    jw_end(w, ']');
    jw_end(w, '}');
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void items_write(struct call *c, struct jw *w, struct db_batch *b)
{
    const struct looked *l = c->state;
    if (l->r.asked.place == PLACE_TOWNSHIP)
        station_check(c, w);
    else if (!month_over(&l->r.asked))
        stop(c, w, "running");
    stations_check(c, w, b);
    if (report_frozen(&l->r))
        return;
    numbers_check(c, w);
    if (l->at_pending >= 0)
        pending_check(c, w, b->item[l->at_pending].rows);
}

void findings_render(struct call *c, struct db_batch *b)
{
    static const char *const places[] = {"part", "township", "county"};
    const struct looked *l = c->state;
    if (!report_read(c, b))
        return;
    stations_read(c, b);
    const struct db_rows *stations = b->item[l->at_stations].rows;
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_kv_text(w, "period", l->r.asked.period.name);
    jw_kv_text(w, "place", places[l->r.asked.place]);
    if (l->r.own) {
        jw_kv_text(w, "month_report", l->r.own->id);
        jw_kv_text(w, "state", l->r.own->state);
    }
    jw_key(w, "items");
    jw_array(w);
    items_write(c, w, b);
    jw_end(w, ']');
    jw_key(w, "stations");
    jw_array(w);
    for (int i = 0; i < rows_count(stations); i++)
        station_write(w, &l->station[i], stations, i);
    jw_end(w, ']');
    jw_end(w, '}');
}
