#include "record/related.h"

#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "call/row_json.h"
#include "iam/permission.h"
#include "record/bulk.h"
#include "record/label.h"
#include "record/reach.h"
#include "record/rec_text.h"
#include "record/record.h"
#include "record/title.h"

enum { BRANCHES_MAX = 256 };

/* One reference to the record: a field of another. */
struct branch {
    const struct rec *r;
    int field, at; /* the reference; the field that says when, -1: created_at */
};

struct rec_related {
    struct branch *branch;
    int n;
    const struct db_stmt *stmt;
};

/* $1 … $3 the scope, then: */
enum { PARAM_ID = 3, PARAM_ROLE, PARAM_ADDRESS, PARAM_REQUEST, PARAM_SECRET, PARAM_READ, PARAMS };
enum { COL_BRANCH, COL_COUNT, COL_ID, COL_STATE, COL_AT, COL_TITLE };

/* ---- at load --------------------------------------------------------------------------------- */

/* The moment a list of the record begins with, unless masks hide it. */
static int moment_of(const struct rec *r)
{
    int i = r->d.sort[0] == '-' ? rec_field_find(r, r->d.sort + 1) : -1;
    bool time = i >= 0 && (r->fields[i].d.type == WL_TIME || r->fields[i].d.type == WL_DATE);

    return time && output_view(&r->fields[i], true) == OUTPUT_PLAIN ? i : -1;
}

static int branches_find(const struct rec *target, struct branch *out)
{
    const struct rec *r;
    int n = 0;

    for (int k = 0; (r = rec_at(k)); k++)
        for (int i = 0; (r->verbs & REC_LIST) && i < r->nfields && n < BRANCHES_MAX; i++)
            if (r->fields[i].d.type == WL_REFERENCE && (r->fields[i].d.flags & WL_FILTER) &&
                str_eq(r->fields[i].d.of, target->name))
                out[n++] = (struct branch){.r = r, .field = i, .at = moment_of(r)};
    return n;
}

/* A plugin that is off where the caller works shows nothing; at the county its rows stay readable.
 */
static void rows_add(struct sql *s, const struct branch *x, int k)
{
    ADD(s,
        " from %s t where %s and t.%s = $4::uuid and t.deleted_at is null and"
        " (select may.read[%d] from may)",
        x->r->name, read_where(s->a, x->r, "t"), x->r->fields[x->field].d.name, k + 1);
    if (x->r->plugin_gate)
        ADD(s,
            " and ($2::bigint %% 1000000 = 0 or " PLUGIN_ON("$1::int", "($2::bigint / 1000)") ")",
            x->r->plugin_gate);
}

static void moment_add(struct sql *s, const struct branch *x)
{
    const char *name = x->at < 0 ? "created_at" : x->r->fields[x->at].d.name;
    bool date = x->at >= 0 && x->r->fields[x->at].d.type == WL_DATE;

    ADD(s, date ? "t.%s::timestamp at time zone 'Asia/Shanghai'" : "t.%s", name);
}

static void branch_add(struct sql *s, const struct branch *x, int k)
{
    ADD(s, "%s(select %d as k, n.n, l.* from (select count(*) as n from (select",
        k ? " union all " : "", k);
    rows_add(s, x, k);
    ADD(s, " limit %d) c) n left join lateral (select t.id, %s as state, ", RELATED_MAX + 1,
        x->r->state >= 0 ? "t.state" : "null::text");
    moment_add(s, x);
    ADD(s, " as at");
    title_add(&s->b, x->r);
    rows_add(s, x, k);
    ADD(s, " order by t.%s desc, t.id desc limit %d) l on true)",
        x->at < 0 ? "created_at" : x->r->fields[x->at].d.name, RELATED_NEWEST);
}

bool related_build(struct arena *a, struct rec *r, const char **why)
{
    struct branch found[BRANCHES_MAX];
    int n = r->verbs & REC_GET ? branches_find(r, found) : 0;
    struct rec_related *all;
    struct sql s;

    if (n == 0)
        return true;
    all = arena_alloc(a, sizeof *all);
    all->branch = arena_alloc(a, (size_t)n * sizeof *all->branch);
    memcpy(all->branch, found, (size_t)n * sizeof *all->branch);
    all->n = n;
    s = sql_new(a);
    ADD(&s, "with may as materialized (select core.session_holds($8, $9::text[]) as read),"
            " x as materialized (");
    for (int k = 0; k < all->n; k++)
        branch_add(&s, &all->branch[k], k);
    ADD(&s,
        "), a as (insert into core.audit (county, actor, role, address, action, object, object_id,"
        " request, n) select $1, core.actor(), $5, $6::inet, 'list', 'core.related', $4::uuid,"
        " $7::uuid, count(x.id)::int from x) select * from x"
        " order by max(x.at) over (partition by x.k) desc nulls last, x.k, x.at desc, x.id desc");
    all->stmt = sql_stmt(&s);
    r->related = all;
    r->verbs |= REC_RELATED;
    if (!all->stmt)
        *why = arena_printf(a, "%s: too many records refer to it; load fewer plugins", r->name);
    return all->stmt != NULL;
}

bool related_check(struct arena *a, struct db_conn *owner, const struct rec *r, const char **why)
{
    struct db_error error;
    struct db_shape shape;

    if (!r->related || db_describe(owner, a, db_stmt_sql(r->related->stmt), &shape, &error))
        return true;
    *why = arena_printf(a, "related to %s: %s", r->name, error.message);
    return false;
}

/* ---- the question ---------------------------------------------------------------------------- */

static bool reads_masked(struct call *c, const struct rec *r)
{
    return !permission_choose(c, arena_printf(c->arena, "%s.read", r->d.object));
}

/* The permission by which the caller reads the rows of a branch; "": none, or masks hide whose they
 * are. */
static const char *read_right(struct call *c, const struct branch *x)
{
    const char *both = arena_printf(c->arena, "%s.read %s.masked", x->r->d.object, x->r->d.object);
    const char *held = permission_choose(c, both);
    bool hidden =
        reads_masked(c, x->r) && output_view(&x->r->fields[x->field], true) != OUTPUT_PLAIN;

    return held && !hidden && actor_has_plugin(c->actor, x->r->plugin_gate) ? held : "";
}

bool rec_related_plan(struct call *c, struct db_batch *b)
{
    const struct rec_related *all = rec_op_of(c)->r->related;
    const char **p = rec_params(c, PARAMS);
    const char **read = arena_alloc(c->arena, sizeof *read * (size_t)all->n);

    p[PARAM_ID] = rec_row_id(c);
    if (!p[PARAM_ID])
        return false;
    p[PARAM_ROLE] = c->actor->role;
    p[PARAM_ADDRESS] = c->address;
    p[PARAM_REQUEST] = c->id;
    batch_add(b, rec_op_of(c)->r->get, PARAM_SECRET, p);
    for (int k = 0; k < all->n; k++)
        read[k] = read_right(c, &all->branch[k]);
    p[PARAM_SECRET] = c->secret;
    p[PARAM_READ] = bulk_array(c->arena, read, all->n);
    batch_add(b, all->stmt, PARAMS, p);
    c->state = read;
    return true;
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* Whether the caller may make a row that names this one. */
static bool may_create(struct call *c, const struct branch *x)
{
    const struct rec *r = x->r;

    return (r->verbs & REC_CREATE) && field_given(&r->fields[x->field]) &&
           permission_choose(c, arena_printf(c->arena, "%s.create", r->d.object));
}

static void row_json_one(struct call *c, struct jw *w, const struct rec *r, bool masked,
                         const struct db_rows *rows, int row)
{
    const char *state = rows_null(rows, row, COL_STATE) ? NULL : rows_text(rows, row, COL_STATE);

    jw_object(w);
    jw_kv_text(w, "id", rows_text(rows, row, COL_ID));
    jw_kv_text(w, "title", title_text(c, r, rows_text(rows, row, COL_TITLE), masked));
    jw_kv_text(w, "state", state);
    jw_kv_text(w, "state_label",
               state ? message(c->lang, r->owner, label_state(c->arena, r, state)) : NULL);
    jw_key(w, "at");
    time_json(w, rows_text(rows, row, COL_AT));
    jw_end(w, '}');
}

/* The rows of one branch follow each other; a branch without rows has one of nulls. */
static void branch_json(struct call *c, struct jw *w, const struct branch *x,
                        const struct db_rows *rows, int row, int end)
{
    bool masked = reads_masked(c, x->r);
    int64_t n = rows_int(rows, row, COL_COUNT);

    jw_object(w);
    jw_kv_text(w, "type", x->r->name);
    jw_key(w, "labels");
    label_write(w, x->r->owner, x->r->d.name);
    jw_kv_text(w, "path", arena_printf(c->arena, "/api/v1/%s/%s", x->r->owner, x->r->d.path));
    jw_kv_text(w, "field", x->r->fields[x->field].d.name);
    jw_key(w, "field_labels");
    label_write(w, x->r->owner, label_field(c->arena, x->r, x->r->fields[x->field].d.name));
    jw_kv_bool(w, "create", may_create(c, x));
    jw_kv_int(w, "count", n > RELATED_MAX ? RELATED_MAX : n);
    jw_kv_bool(w, "more", n > RELATED_MAX);
    jw_key(w, "latest");
    if (n)
        row_json_one(c, w, x->r, masked, rows, row);
    else
        jw_null(w);
    jw_key(w, "newest");
    jw_array(w);
    for (; n && row < end; row++)
        row_json_one(c, w, x->r, masked, rows, row);
    jw_end(w, ']');
    jw_end(w, '}');
}

void rec_related_render(struct call *c, struct db_batch *b)
{
    const struct rec_related *all = rec_op_of(c)->r->related;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    const char *const *read = c->state;

    if (rows_count(b->item[b->n - 2].rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    struct jw *w = reply_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int row = 0, end; row < rows_count(rows); row = end) {
        int64_t k = rows_int(rows, row, COL_BRANCH);
        for (end = row + 1; end < rows_count(rows) && rows_int(rows, end, COL_BRANCH) == k;)
            end++;
        if (*read[k])
            branch_json(c, w, &all->branch[k], rows, row, end);
    }
    jw_end(w, ']');
    jw_end(w, '}');
}
