#include "record/agenda.h"

#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "iam/permission.h"
#include "record/agenda_sql.h"
#include "record/bulk.h"
#include "record/cursor.h"
#include "record/label.h"
#include "record/limit.h"
#include "record/record.h"
#include "record/title.h"

enum { PAGE = 20, PAGE_MAX = 200, COUNTY_WIDE = 1000000 };

static struct agenda agenda; /* set once at load, read-only afterwards */

/* ---- at load --------------------------------------------------------------------------------- */

bool agenda_build(struct arena *a, const char **why)
{
    struct agenda_branch *branch = arena_alloc(a, sizeof *branch * AGENDA_MAX);
    const struct rec *r;

    agenda = (struct agenda){.branch = branch};
    bool fits = true;
    for (int i = 0; (r = rec_at(i)); i++) {
        for (int k = 0; k < r->nlimits && (fits = agenda.n < AGENDA_MAX); k++) {
            struct agenda_branch *x = &branch[agenda.n++];
            *x = (struct agenda_branch){.r = r, .limit = &r->limits[k], .first = agenda.nactions};
        }
        agenda.nactions += r->nlimits ? r->nactions : 0;
    }
    if (fits && agenda_sql(a, &agenda))
        return true;
    *why = "agenda: there are too many limits; load fewer plugins";
    return false;
}

bool agenda_check(struct arena *a, struct db_conn *owner, const char **why)
{
    const struct db_stmt *const all[] = {agenda.first, agenda.next, agenda.counts,
                                       agenda.of_person};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct db_error error;
        struct db_shape shape;

        if (all[i] && !db_describe(owner, a, db_stmt_sql(all[i]), &shape, &error)) {
            *why = arena_printf(a, "agenda: %s", error.message);
            return false;
        }
    }
    return true;
}

/* ---- the question ---------------------------------------------------------------------------- */

struct question {
    const char *whose, *station, *about;
    const char *person; /* all that is open about them, whoever has to keep it; NULL */
    const char *after_due, *after_id, *after_branch; /* NULL: the first page */
    bool overdue;
    int64_t limit;
};

static bool at_the_county(const struct call *c)
{
    return c->actor->scope.hi - c->actor->scope.lo >= COUNTY_WIDE;
}

static void cursor_take(struct call *c, struct question *q)
{
    const char *cursor = call_query(c, "cursor"), *sort, *bar;

    q->about = arena_printf(c->arena, "agenda|%d|%s|%s|%s|%d", c->county, c->actor->post, q->whose,
                            q->station ? q->station : "", q->overdue);
    if (!cursor)
        return;
    if (!cursor_read(c->arena, cursor, q->about, &sort, &q->after_id) ||
        !(bar = strchr(sort, '|'))) {
        query_refuse(c, "cursor", "bad_cursor");
        return;
    }
    q->after_due = arena_strndup(c->arena, sort, (size_t)(bar - sort));
    q->after_branch = bar + 1;
}

static bool question_read(struct call *c, struct question *q)
{
    const char *limit = call_query(c, "limit"), *overdue = call_query(c, "overdue");

    *q = (struct question){
        .whose = call_query(c, "whose"), .station = call_query(c, "station"),
        .person = call_query(c, "person"), .limit = PAGE};
    if (!q->whose)
        q->whose = "me";
    q->overdue = str_eq(overdue, "true");
    query_known(c, q->person ? "person overdue limit" : "whose station overdue limit cursor");
    if (q->person && !uuid_valid(q->person))
        query_refuse(c, "person", "id_expected");
    if (!str_has_word("me station county", q->whose))
        query_refuse(c, "whose", "bad_value");
    if (q->station && (!uuid_valid(q->station) || !str_eq(q->whose, "station")))
        query_refuse(c, "station", "bad_value");
    if (str_eq(q->whose, "station") && !q->station && at_the_county(c))
        query_refuse(c, "station", "required");
    if (overdue && !q->overdue && !str_eq(overdue, "false"))
        query_refuse(c, "overdue", "bad_value");
    if (limit && (!str_int64(limit, &q->limit) || q->limit < 1 || q->limit > PAGE_MAX))
        query_refuse(c, "limit", "bad_limit");
    if (!c->nfaults)
        cursor_take(c, q);
    return !faults_reply_as(c, 400, "bad_query");
}

/* The permission by which the caller reads the record, and whether through masks; "" when not. */
static const char *read_right(struct call *c, const struct rec *r)
{
    const char *one = arena_printf(c->arena, "%s.read %s.masked", r->d.object, r->d.object);

    if (!actor_has_plugin(c->actor, r->plugin_gate) || !(r->verbs & (REC_LIST | REC_GET)))
        return "";
    if (!APP_WALL)
        return one;
    one = permission_choose(c, one);
    return one ? one : "";
}

/* $1 … $9. */
static void common_params(struct call *c, const char **p, const char *station)
{
    const char **read = arena_alloc(c->arena, sizeof *read * AGENDA_MAX);

    for (int k = 0; k < agenda.n; k++)
        read[k] = read_right(c, agenda.branch[k].r);
    p[AGENDA_SECRET] = c->secret;
    p[AGENDA_ROLE] = c->actor->role;
    p[AGENDA_ADDRESS] = c->address;
    p[AGENDA_REQUEST] = c->id;
    p[AGENDA_READ] = bulk_array(c->arena, read, agenda.n);
    p[AGENDA_STATION] = station;
}

/* By action the permission that opens it; asked for only where it is about the caller's own. */
static const char *open_rights(struct call *c, bool mine)
{
    const char **open = arena_alloc(c->arena, sizeof *open * ((size_t)agenda.nactions + 1));

    for (int i = 0; i < agenda.nactions; i++)
        open[i] = "";
    for (int k = 0; mine && k < agenda.n; k++) {
        const struct agenda_branch *x = &agenda.branch[k];
        for (int i = 0; i < x->r->nactions; i++) {
            const char *held = permission_choose(c, x->r->actions[i].verb);
            open[x->first + i] = held ? held : "";
        }
    }
    return bulk_array(c->arena, open, agenda.nactions);
}

/* NULL: there is nothing to ask. */
static const struct db_stmt *asked(const struct question *q)
{
    return q->person ? agenda.of_person : q->after_id ? agenda.next : agenda.first;
}

/* ---- GET /agenda ----------------------------------------------------------------------------- */

static bool agenda_plan(struct call *c, struct db_batch *b)
{
    struct question *q = arena_alloc(c->arena, sizeof *q);
    const char **p = rec_params(c, AGENDA_NEXT);
    bool mine;

    if (!question_read(c, q))
        return false;
    if (str_eq(q->whose, "county") && !at_the_county(c)) {
        c->denial = "whole_county_only";
        return problem(c, 403, c->denial);
    }
    c->state = q;
    if (!asked(q))
        return true;
    mine = str_eq(q->whose, "me") && !q->person;
    common_params(c, p, q->station);
    p[AGENDA_OPEN] = open_rights(c, mine);
    p[AGENDA_MINE] = mine ? "t" : "f";
    p[AGENDA_OVERDUE] = q->overdue ? "t" : "f";
    p[AGENDA_LIMIT] = rec_number(c, q->limit + 1);
    p[AGENDA_AFTER] = q->after_due;
    p[AGENDA_AFTER + 1] = q->after_id;
    p[AGENDA_AFTER + 2] = q->after_branch;
    b->alone = true; /* many indexes are walked */
    if (q->person)
        p[AGENDA_PERSON] = q->person;
    batch_add(b, asked(q),
              q->person ? AGENDA_OF_PERSON : q->after_id ? AGENDA_NEXT : AGENDA_FIRST, p);
    return true;
}

/* The words that name the row, as far as this reader is shown them; its id when there are none. */
static const char *title_or_id(struct call *c, const struct rec *r, const char *json,
                               const char *id)
{
    bool masked = !permission_choose(c, arena_printf(c->arena, "%s.read", r->d.object));
    const char *title = title_text(c, r, json, masked);

    return *title ? title : id;
}

static void kind_json(struct call *c, struct jw *w, const struct agenda_branch *x)
{
    const struct rec *r = x->r;

    jw_kv_text(w, "record", r->name);
    jw_kv_text(w, "label", message(c->lang, r->owner, r->d.name));
    jw_kv_text(w, "limit", x->limit->d.due);
    jw_kv_text(w, "limit_label",
               message(c->lang, r->owner, label_field(c->arena, r, x->limit->d.due)));
}

static void known_json(struct jw *w, const char *name, const struct db_rows *rows, int row, int col)
{
    jw_kv_text(w, name, rows_null(rows, row, col) ? NULL : rows_text(rows, row, col));
}

static void item_json(struct call *c, struct jw *w, const struct db_rows *rows, int row)
{
    const struct agenda_branch *x = &agenda.branch[rows_int(rows, row, AGENDA_COL_BRANCH)];
    const char *id = rows_text(rows, row, AGENDA_COL_ID);
    const char *state = rows_text(rows, row, AGENDA_COL_STATE);

    jw_object(w);
    kind_json(c, w, x);
    jw_kv_text(w, "id", id);
    jw_kv_text(w, "title", title_or_id(c, x->r, rows_text(rows, row, AGENDA_COL_TITLE), id));
    jw_kv_text(w, "state", state);
    jw_kv_text(w, "state_label", message(c->lang, x->r->owner, label_state(c->arena, x->r, state)));
    jw_key(w, "due");
    time_json(w, rows_text(rows, row, AGENDA_COL_DUE));
    jw_kv_bool(w, "overdue", rows_bool(rows, row, AGENDA_COL_OVERDUE));
    known_json(w, "staff", rows, row, AGENDA_COL_STAFF);
    known_json(w, "person", rows, row, AGENDA_COL_PERSON);
    jw_kv_text(w, "div", rows_text(rows, row, AGENDA_COL_DIV));
    jw_kv_text(w, "org", rows_text(rows, row, AGENDA_COL_ORG));
    jw_kv_text(w, "href",
               arena_printf(c->arena, "/api/v1/%s/%s/%s", x->r->owner, x->r->d.path, id));
    jw_end(w, '}');
}

static const char *cursor_of(struct call *c, const struct question *q, const struct db_rows *rows,
                             int row)
{
    const char *sort = arena_printf(c->arena, "%s|%s", rows_text(rows, row, AGENDA_COL_DUE),
                                    rows_text(rows, row, AGENDA_COL_BRANCH));

    return cursor_make(c->arena, q->about, sort, rows_text(rows, row, AGENDA_COL_ID));
}

static void agenda_render(struct call *c, struct db_batch *b)
{
    const struct question *q = c->state;
    const struct db_rows *rows = asked(q) ? b->item[b->n - 1].rows : NULL;
    int all = rows ? rows_count(rows) : 0, n = all > q->limit ? (int)q->limit : all;
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        item_json(c, w, rows, i);
    jw_end(w, ']');
    jw_kv_text(w, "next", all > n && !q->person ? cursor_of(c, q, rows, n - 1) : NULL);
    jw_end(w, '}');
}

/* ---- GET /agenda/counts ---------------------------------------------------------------------- */

static bool counts_plan(struct call *c, struct db_batch *b)
{
    const char **p = rec_params(c, AGENDA_COUNTED);

    query_known(c, "");
    if (faults_reply_as(c, 400, "bad_query"))
        return false;
    if (!agenda.counts)
        return true;
    common_params(c, p, NULL);
    b->alone = true;
    batch_add(b, agenda.counts, AGENDA_COUNTED, p);
    return true;
}

static void count_json(struct call *c, struct jw *w, const struct db_rows *rows, int row)
{
    jw_object(w);
    kind_json(c, w, &agenda.branch[rows_int(rows, row, AGENDA_COUNT_BRANCH)]);
    jw_kv_int(w, "open", rows_int(rows, row, AGENDA_COUNT_OPEN));
    jw_kv_int(w, "overdue", rows_int(rows, row, AGENDA_COUNT_OVERDUE));
    jw_end(w, '}');
}

/* Rows of one station follow each other. */
static int station_json(struct call *c, struct jw *w, const struct db_rows *rows, int row)
{
    const char *org = rows_text(rows, row, AGENDA_COUNT_ORG);
    int64_t open = 0, overdue = 0;

    jw_object(w);
    jw_kv_text(w, "org", org);
    known_json(w, "name", rows, row, AGENDA_COUNT_NAME);
    known_json(w, "div", rows, row, AGENDA_COUNT_DIV);
    jw_key(w, "kinds");
    jw_array(w);
    for (; row < rows_count(rows) && str_eq(rows_text(rows, row, AGENDA_COUNT_ORG), org); row++) {
        count_json(c, w, rows, row);
        open += rows_int(rows, row, AGENDA_COUNT_OPEN);
        overdue += rows_int(rows, row, AGENDA_COUNT_OVERDUE);
    }
    jw_end(w, ']');
    jw_kv_int(w, "open", open);
    jw_kv_int(w, "overdue", overdue);
    jw_end(w, '}');
    return row;
}

static void counts_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *rows = agenda.counts ? b->item[b->n - 1].rows : NULL;
    struct jw *w = reply_json(c, 200);

    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int row = 0; rows && row < rows_count(rows);)
        row = station_json(c, w, rows, row);
    jw_end(w, ']');
    jw_end(w, '}');
}

#define KIND_SHAPE "record label limit limit_label"

const struct op agenda_ops[] = {
    {
        .method = "GET",
        .path = "/api/v1/agenda",
        .lane = OP_QUICK,
        .plan = agenda_plan,
        .render = agenda_render,
        .summary = "What is due, of all records with limits, the earliest first",
        .asks = "whose?:(me|station|county) station?:uuid person?:uuid"
                " overdue?:bool limit?:int cursor?",
        .gives = "{items:[{" KIND_SHAPE " id:uuid title state state_label due:time overdue:bool"
                 " staff?:uuid person?:uuid div:div org:uuid href}] next?}",
        .refuses = "400 bad_query 403 whole_county_only",
    },
    {
        .method = "GET",
        .path = "/api/v1/agenda/counts",
        .lane = OP_QUICK,
        .plan = counts_plan,
        .render = counts_render,
        .summary = "How much is open and overdue, by station and limit",
        .gives = "{items:[{org:uuid name? div?:div kinds:[{" KIND_SHAPE
                 " open:int overdue:int}] open:int overdue:int}]}",
        .refuses = "400 bad_query",
    },
};

const int agenda_nops = sizeof agenda_ops / sizeof agenda_ops[0];
