#include "record/alike.h"

#include <string.h>

#include "base/str.h"
#include "iam/fingerprint.h"
#include "iam/permission.h"
#include "record/rec_compile.h"
#include "record/rec_text.h"

enum { LIMIT_DEFAULT = 50, LIMIT_MAX = 200 };

/* The columns compared, in the order of `alike`; false when a word names no field that can be. */
static bool columns_of(const struct rec *r, const char *columns[ALIKE_MAX], int *n)
{
    size_t len;
    *n = 0;
    for (const char *at = r->d.alike, *w; at && (w = str_word_next(&at, &len));) {
        int i = 0;
        while (i < r->nfields &&
               (strlen(r->fields[i].d.name) != len || memcmp(r->fields[i].d.name, w, len) != 0))
            i++;
        if (i == r->nfields || *n == ALIKE_MAX)
            return false;
        const struct rec_field *f = &r->fields[i];
        if (rec_is_encrypted(f->d.type) || f->d.type == WL_CHOICES || f->d.type == WL_LIST)
            return false;
        /* of a searched name the sound: 张伟 and 章威 are asked about, not told apart */
        columns[(*n)++] = r->columns[f->column + (f->ncolumns == 3 ? 1 : 0)].name;
    }
    return true;
}

bool alike_compile(struct arena *a, const struct rec *r, const char **why)
{
    const char *columns[ALIKE_MAX];
    int n;
    if (!r->d.alike || (columns_of(r, columns, &n) && n > 0))
        return true;
    return rec_fail(a, why, r, "alike", r->d.alike,
                    "must name 1 to 6 fields of the record that are neither encrypted nor lists");
}

/* ---- SQL ------------------------------------------------------------------------------------- */

static void same_in_all(struct sql *s, const struct rec *r)
{
    const char *columns[ALIKE_MAX];
    int n;
    columns_of(r, columns, &n);
    for (int i = 0; i < n; i++)
        ADD(s, " and t.%s = b.%s", columns[i], columns[i]);
}

static void columns_list(struct sql *s, const struct rec *r, const char *alias)
{
    const char *columns[ALIKE_MAX];
    int n;
    columns_of(r, columns, &n);
    for (int i = 0; i < n; i++)
        ADD(s, "%s%s%s", i ? ", " : "", alias, columns[i]);
}

static void base_row(struct sql *s, const struct rec *r, const char *id)
{
    ADD(s, "with b as materialized (select t.id, ");
    columns_list(s, r, "t.");
    ADD(s, " from %s t where %s and t.id = %s and t.deleted_at is null)", r->name,
        rec_scope_where(r), id);
}

static void others(struct sql *s, const struct rec *r, const char *selected, int most)
{
    ADD(s, "select %s from %s t, b where %s and t.deleted_at is null and t.id <> b.id", selected,
        r->name, rec_scope_where(r));
    same_in_all(s, r);
    ADD(s, " order by t.id limit %d", most);
}

/* $4 the row; on saving it needs no audit: the ids say only that there is something to look at. A
 * repeat knows the row by its key only, $5. */
static void saved_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    base_row(&s, r,
             "coalesce($4::uuid, (select i.id from core.idem i where i.county = $1"
             " and i.actor = core.actor() and i.key = $5))");
    ADD(&s, " ");
    others(&s, r, "t.id", 5);
    r->alike_saved = sql_stmt(&s);
}

#define AUDIT_LIST                                                                                 \
    "a as (insert into core.audit (county, actor, role, address, action, object, object_id,"       \
    " request, n) select $1, core.actor(), %s, %s::inet, 'duplicates', '%s', %s, %s::uuid,"        \
    " count(*)::int from page) select * from page"

static void one_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    base_row(&s, r, "$4");
    ADD(&s, ", page as materialized (");
    others(&s, r, r->listed, 20);
    ADD(&s, "), " AUDIT_LIST, "$5", "$6", r->name, "$4::uuid", "$7");
    r->alike_one = sql_stmt(&s);
}

/* The first sets in the order of the index; within them, row by row. */
static void all_build(struct arena *a, struct rec *r)
{
    struct sql s = sql_new(a);
    ADD(&s, "with b as materialized (select ");
    columns_list(&s, r, "t.");
    ADD(&s, " from %s t where %s and t.deleted_at is null", r->name, rec_scope_where(r));
    const char *columns[ALIKE_MAX];
    int n;
    columns_of(r, columns, &n);
    for (int i = 0; i < n; i++)
        ADD(&s, " and t.%s is not null", columns[i]);
    ADD(&s, " group by ");
    columns_list(&s, r, "t.");
    ADD(&s, " having count(*) > 1 order by ");
    columns_list(&s, r, "t.");
    ADD(&s,
        " limit $4::int), page as materialized (select %s, dense_rank() over (order by ",
        r->listed);
    columns_list(&s, r, "b.");
    ADD(&s, ") as grp from %s t, b where %s and t.deleted_at is null", r->name, rec_scope_where(r));
    same_in_all(&s, r);
    ADD(&s, " order by grp, t.id limit 1000), " AUDIT_LIST " order by grp, id", "$5", "$6", r->name,
        "null", "$7");
    r->alike_all = sql_stmt(&s);
}

void alike_build(struct arena *a, struct rec *r)
{
    if (!r->d.alike)
        return;
    saved_build(a, r);
    one_build(a, r);
    all_build(a, r);
}

/* ---- on saving ------------------------------------------------------------------------------- */

static bool touched(const struct rec *r, const struct rec_write *w)
{
    for (int i = 0; i < r->nfields; i++)
        if ((w->in.given >> i & 1) && str_has_word(r->d.alike, r->fields[i].d.name))
            return true;
    return false;
}

void alike_add(struct call *c, struct db_batch *b, const struct rec *r, struct rec_write *w,
               bool again)
{
    if (!r->d.alike || !touched(r, w) ||
        !permission_choose(c, arena_printf(c->arena, "%s.read", r->d.object)))
        return; /* whoever sees masks would learn by trying who was born when */
    const char **p = rec_params(c, 5);
    p[3] = again ? NULL : w->in.id;
    p[4] = idem_key(c);
    w->alike = batch_add(b, r->alike_saved, 5, p);
}

void alike_write(struct jw *w, const struct db_rows *rows)
{
    if (rows_count(rows) == 0)
        return;
    jw_key(w, "_duplicates");
    jw_array(w);
    for (int i = 0; i < rows_count(rows); i++)
        jw_text(w, rows_text(rows, i, 0));
    jw_end(w, ']');
}

/* ---- asking ---------------------------------------------------------------------------------- */

bool rec_alike_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const char *id = rec_row_id(c);
    if (!id)
        return false;
    const char **p = rec_params(c, 7);
    p[3] = id;
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    batch_add(b, r->get, 7, p);
    batch_add(b, r->alike_one, 7, p);
    return true;
}

static struct output listed_begin(struct call *c, struct jw *w)
{
    const struct rec *r = rec_op_of(c)->r;
    return output_begin(c, w, r, r->listed_fields | r->decisive, r->listed_fields);
}

void rec_alike_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *rows = b->item[b->n - 1].rows;
    if (rows_count(b->item[b->n - 2].rows) == 0) {
        problem(c, 404, "not_found");
        return;
    }
    struct jw *w = reply_json(c, 200);
    struct output o = listed_begin(c, w);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < rows_count(rows); i++)
        output_row(&o, rows, i);
    jw_end(w, ']');
    jw_end(w, '}');
}

bool rec_alikes_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const char *asked = call_query(c, "limit");
    int64_t limit = LIMIT_DEFAULT;
    query_known(c, "limit");
    if (asked && (!str_int64(asked, &limit) || limit < 1 || limit > LIMIT_MAX))
        fault_add(c, "?limit", "bad_limit", NULL);
    if (faults_reply_as(c, 400, "bad_query"))
        return false;
    const char **p = rec_params(c, 7);
    p[3] = rec_number(c, limit);
    p[4] = c->actor->role;
    p[5] = c->address;
    p[6] = c->id;
    b->alone = true; /* it may have to walk through all of a county */
    batch_add(b, r->alike_all, 7, p);
    return true;
}

void rec_alikes_render(struct call *c, struct db_batch *b)
{
    const struct db_rows *rows = b->item[b->n - 1].rows;
    int grp = rows_column(rows, "grp");
    struct jw *w = reply_json(c, 200);
    struct output o = listed_begin(c, w);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < rows_count(rows);) {
        int64_t this = rows_int(rows, i, grp);
        jw_object(w);
        jw_key(w, "rows");
        jw_array(w);
        for (; i < rows_count(rows) && rows_int(rows, i, grp) == this; i++)
            output_row(&o, rows, i);
        jw_end(w, ']');
        jw_end(w, '}');
    }
    jw_end(w, ']');
    jw_end(w, '}');
}
