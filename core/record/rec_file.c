#include "record/rec_file.h"

#include <string.h>

#include "base/str.h"
#include "iam/hint.h"
#include "iam/permission.h"
#include "iam/refusal.h"
#include "record/reach.h"
#include "record/rec_text.h"
#include "record/record.h"

static const char *column_of(const struct rec *r, const struct rec_field *f)
{
    return r->columns[f->column].name;
}

/* ---- into a field ---------------------------------------------------------------------------- */

void rec_file_fits(struct sql *s, const struct rec *r, const struct rec_field *f,
                   const char *value, bool row)
{
    ADD(s,
        "exists (select from core.file x where " COUNTY_HOLDS(
            "x") " and x.id = %s and x.state = 'ready'",
        value);
    if (f->d.of)
        ADD(s, " and x.kind = any (string_to_array('%s', ' '))", f->d.of);
    if (f->d.max)
        ADD(s, " and x.size <= %lld", (long long)f->d.max);
    ADD(s, " and (x.record is null and x.by = core.actor()");
    if (row)
        ADD(s, " or t.%s = x.id and x.record = '%s' and x.record_id = t.id and x.field = '%s'",
            column_of(r, f), r->name, f->d.name);
    ADD(s, "))");
}

/* Hangs on the rows that carry this call's id: a write that wrote nothing takes no file. */
static const struct db_stmt *attach_stmt(struct arena *a, const struct rec *r,
                                         const struct rec_field *f)
{
    return db_stmt_new(arena_printf(
        a,
        "update core.file f set record = '%s', record_id = t.id, field = '%s', expires_at = null"
        " from %s t where %s and t.id = any ($5::uuid[]) and t.change = $4::uuid"
        " and f.county = t.county and f.id = t.%s and f.state = 'ready' and f.record is null"
        " and f.by = core.actor()",
        r->name, f->d.name, r->name, rec_scope_where(r), column_of(r, f)));
}

void rec_file_attach(struct call *c, struct db_batch *b, const struct rec *r, uint64_t given,
                     const char *ids)
{
    for (int i = 0; i < r->nfields; i++) {
        if (r->fields[i].d.type != WL_FILE || !(given >> i & 1))
            continue;
        const char **p = rec_params(c, 5);
        p[3] = c->id;
        p[4] = ids;
        batch_add(b, r->fields[i].file_attach, 5, p);
    }
}

/* ---- out of a field -------------------------------------------------------------------------- */

static const struct db_stmt *held_stmt(struct arena *a, const struct rec *r,
                                       const struct rec_field *f)
{
    return db_stmt_new(arena_printf(
        a,
        "with r as materialized (select t.id, t.div from %s t where %s and t.id = $4::uuid"
        " and t.%s = $5::uuid and t.deleted_at is null), a as (" AUDIT_INTO ", fields)"
        " select $1, core.actor(), $6, $7::inet, 'look', '%s', r.id, r.div, $8::uuid,"
        " array['%s'] from r where $9::boolean) select r.id from r",
        r->name, read_where(a, r, "t"), column_of(r, f), r->name, f->d.name));
}

void rec_file_build(struct arena *a, struct rec *r)
{
    for (int i = 0; i < r->nfields; i++) {
        struct rec_field *f = &r->fields[i];
        if (f->d.type != WL_FILE)
            continue;
        f->file_attach = attach_stmt(a, r, f);
        f->file_held = held_stmt(a, r, f);
    }
}

/* The first wall, as for the record itself. */
static bool may_read(struct call *c, const struct rec *r, const struct rec_field *f)
{
    const char *verbs = arena_printf(c->arena, "%s.read %s.masked", r->d.object, r->d.object);
    c->permission = permission_choose(c, verbs);
    c->masked = c->permission && !str_eq(c->permission, arena_printf(c->arena, "%s.read",
                                                                     r->d.object));
    return c->permission && actor_has_plugin(c->actor, r->plugin_gate) && !output_withheld(c, f);
}

bool rec_file_held(struct call *c, struct db_conn *conn, const struct file_row *f, bool look)
{
    const struct rec *r = rec_find(f->record);
    int i = r ? rec_field_find(r, f->field) : -1;
    if (i < 0 || r->fields[i].d.type != WL_FILE || !may_read(c, r, &r->fields[i]))
        return problem(c, 404, "not_found");
    const char **p = rec_params(c, 9);
    p[3] = f->record_id;
    p[4] = f->id;
    p[5] = c->actor->role;
    p[6] = c->address;
    p[7] = c->id;
    p[8] = look ? "true" : "false";
    bool secret = r->fields[i].d.sensitivity >= WL_CLASS_3;
    struct db_batch *b = batch_new(c->arena, c->deadline);
    b->repeatable = true;
    enter_add(c, b, secret ? ENTER_SECRET : ENTER_LOOK);
    batch_add(b, r->fields[i].file_held, 9, p);
    if (!enter_run(c, conn, b)) {
        if (!c->reply.status)
            refusal_reply(c, b);
        return false;
    }
    if (rows_count(b->item[b->n - 1].rows) == 0)
        return problem(c, 404, "not_found");
    return true;
}
