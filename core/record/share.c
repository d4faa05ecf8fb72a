#include "record/share.h"

#include "base/str.h"
#include "record/reach.h"
#include "record/rec_text.h"

static bool has_field(const struct rec *r, const char *name, uint32_t type)
{
    int i = rec_field_find(r, name);
    return i >= 0 && r->fields[i].d.type == type &&
           (r->fields[i].d.flags & (WL_COMPUTED | WL_FIXED));
}

const char *share_fault(const struct rec *r)
{
    if (rec_handed(r) && !has_field(r, "to_div", WL_DIVISION))
        return "WL_HANDED_ON needs the field to_div, a WL_DIVISION that is WL_COMPUTED or WL_FIXED";
    if (!r->d.shares)
        return NULL;
    if (!r->linked)
        return "what `shares` opens is the platform's own; drop it";
    if (!rec_handed(r) || r->person < 0 || !has_field(r, "shared_until", WL_TIME))
        return "`shares` needs WL_HANDED_ON, `person`, and shared_until, a computed WL_TIME";
    return NULL;
}

/* ---- SQL ------------------------------------------------------------------------------------- */

/* Whether a live row of q hands the person $4 on to the caller: the application's own answer,
 * beside that of the function. */
static void live_add(struct sql *s, const struct rec *q, const char *before)
{
    ADD(s, "%sselect f.id from %s f where f.county = $1 and f.%s = $4::uuid", before, q->name,
        q->d.person);
    if (APP_WALL)
        ADD(s, " and f.to_div >= $2 and f.to_div < $3");
    words_in(s, " and f.state in (", q->d.shares);
    ADD(s, " and f.shared_until > now() and f.deleted_at is null");
}

void share_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a), live = sql_new(a);
    const struct rec *q;
    const char *before = "";
    if (!(r->d.flags & WL_SHAREABLE))
        return;
    for (int i = 0; (q = rec_at(i)); i++)
        if (q->d.shares && q->person >= 0 && str_eq(q->fields[q->person].d.of, r->name)) {
            live_add(&live, q, before);
            before = " union all ";
        }
    const char *rows = sql_text(&live);
    if (!*rows)
        return;
    ADD(&s,
        "with f as materialized (%s limit 1), r as materialized (select %s, (select id from f)"
        " as shared_by from core.shared_%s($4::uuid) t where " READ_HOLDS("t") " and"
        " t.deleted_at is null%s), ",
        rows, r->shown, r->d.name, APP_WALL ? " and exists (select from f)" : "");
    ADD(&s,
        "a as (" AUDIT_INTO ", reason, note) select $1, core.actor(), $5, $6::inet, 'look', '%s',"
        " $4::uuid, r.div, $7::uuid, 'REFERRAL', r.shared_by::text from r) select * from r",
        r->name);
    r->shared_get = sql_stmt(&s);
}

/* ---- the call -------------------------------------------------------------------------------- */

bool rec_shared_plan(struct call *c, struct db_batch *b)
{
    enum { PARAMS = 7 };
    const struct rec *r = rec_op_of(c)->r;
    const char **p = rec_params(c, PARAMS);
    if (!r->shared_get)
        return false;
    p[3] = c->args[0];
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    batch_add(b, r->shared_get, PARAMS, p);
    return true;
}

bool rec_shared_render(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    if (rows_count(rows) == 0)
        return false;
    struct jw *w = reply_json(c, 200);
    struct output o = output_begin(c, w, r, REC_ALL_FIELDS, REC_ALL_FIELDS);
    o.actions = false; /* it is read, and nothing is done to it */
    output_row_open(&o, rows, 0);
    jw_kv_text(w, "_shared", rows_text(rows, 0, rows_column(rows, "shared_by")));
    jw_end(w, '}');
    c->reply.etag = output_etag(c, rows_text(rows, 0, HEAD_VERSION));
    return true;
}
