#include "record/work.h"

#include "base/str.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "iam/hint.h"
#include "iam/permission.h"
#include "record/label.h"
#include "record/reach.h"
#include "record/rec_text.h"
#include "record/record.h"

enum { SOURCES_MAX = 48, ROWS_MAX = 50 }; /* records with an origin; rows shown of each */

/* A record whose rows are made from requests. */
static struct {
    struct {
        const struct rec *r;
        const struct db_stmt *stmt;
    } items[SOURCES_MAX];
    int n;
} sources;

static const char request_record[] = "station.request";

/* $1 … $3 the scope, $4 the request. */
static const struct db_stmt *source_stmt(struct arena *a, const struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s,
        "select t.id, %s as state, t.created_at, t.updated_at from %s t where %s and t.%s = $4"
        " and t.deleted_at is null order by t.created_at, t.id limit %d",
        r->state >= 0 ? "t.state" : "null::text", r->name, read_where(a, r, "t"),
        r->fields[r->origin].d.name, ROWS_MAX);
    return sql_stmt(&s);
}

bool work_build(struct arena *a, const char **why)
{
    sources.n = 0;
    for (int i = 0; rec_at(i); i++) {
        const struct rec *r = rec_at(i);
        if (r->origin < 0 || !str_eq(r->fields[r->origin].d.of, request_record))
            continue;
        if (sources.n == SOURCES_MAX) {
            *why = "too many records are made from requests; load fewer plugins";
            return false;
        }
        sources.items[sources.n].r = r;
        sources.items[sources.n++].stmt = source_stmt(a, r);
    }
    return true;
}

/* ---- the call -------------------------------------------------------------------------------- */

struct work {
    int at[SOURCES_MAX]; /* the statement of each in the batch; -1: not for this caller */
    int request;
};

static bool work_plan(struct call *c, struct db_batch *b)
{
    struct work *w = arena_alloc(c->arena, sizeof *w);
    const char **p = rec_params(c, 7);
    c->state = w;
    p[3] = rec_row_id(c);
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    if (!p[3])
        return false;
    w->request = batch_add(b, rec_find(request_record)->get, 7, p);
    for (int i = 0; i < sources.n; i++) {
        const struct rec *r = sources.items[i].r;
        const char *readers = arena_printf(c->arena, "%s.read %s.masked", r->d.object, r->d.object);
        bool open = actor_has_plugin(c->actor, r->plugin_gate) && permission_choose(c, readers);
        if (open)
            also_add(c, b, readers);
        w->at[i] = open ? batch_add(b, sources.items[i].stmt, 4, p) : -1;
    }
    return true;
}

enum { COL_ID, COL_STATE, COL_CREATED, COL_UPDATED };

static void item_write(struct call *c, struct jw *w, const struct rec *r,
                       const struct db_rows *rows, int i)
{
    const char *id = rows_text(rows, i, COL_ID);
    const char *state = rows_null(rows, i, COL_STATE) ? NULL : rows_text(rows, i, COL_STATE);
    jw_object(w);
    jw_kv_text(w, "record", r->name);
    jw_kv_text(w, "label", message(c->lang, r->owner, r->d.name));
    jw_kv_text(w, "id", id);
    jw_kv_text(w, "state", state);
    jw_kv_text(w, "state_label",
               state ? message(c->lang, r->owner, label_state(c->arena, r, state)) : NULL);
    jw_key(w, "created_at");
    cell_json(w, rows, i, COL_CREATED);
    jw_key(w, "updated_at");
    cell_json(w, rows, i, COL_UPDATED);
    jw_kv_text(w, "href", arena_printf(c->arena, "/api/v1/%s/%s/%s", r->owner, r->d.path, id));
    jw_end(w, '}');
}

static void work_render(struct call *c, struct db_batch *b)
{
    const struct work *work = c->state;
    if (rows_count(b->item[work->request].rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < sources.n; i++) {
        const struct db_rows *rows = work->at[i] >= 0 ? b->item[work->at[i]].rows : NULL;
        for (int k = 0; rows && k < rows_count(rows); k++)
            item_write(c, w, sources.items[i].r, rows, k);
    }
    jw_end(w, ']');
    jw_end(w, '}');
}

const struct op work_ops[] = {
    {.method = "GET",
     .path = "/api/v1/station/requests/{id}/work",
     .permission = "request.read request.masked",
     .lane = OP_WRITE,
     .plan = work_plan,
     .render = work_render,
     .summary = "What was made from a request in the services, and where it stands",
     .gives = "{items:[{record label id:uuid state? state_label? created_at:time updated_at:time "
              "href}]}"},
};
const int work_nops = (int)(sizeof work_ops / sizeof work_ops[0]);
