/* Creating, changing, deleting and acting. A write's batch is: what explains a refusal (the row
 * before, whether references hold), the write, and the seal — history, idempotency row and audit,
 * all of which hang on the row that carries this call's id. A write that changes nothing seals
 * nothing. */
#include <string.h>

#include "base/str.h"
#include "call/messages.h"
#include "iam/fingerprint.h"
#include "record/alike.h"
#include "record/effect.h"
#include "record/guard.h"
#include "record/input.h"
#include "record/may.h"
#include "record/named.h"
#include "record/rec_file.h"
#include "record/reach.h"
#include "record/readers.h"
#include "record/record.h"
#include "record/restore.h"
#include "record/rule.h"
#include "record/tell.h"
#include "record/unique.h"
#include "record/write.h"

struct rec_write *write_new(struct call *c, const char *audit, int status)
{
    struct rec_write *w = arena_alloc(c->arena, sizeof *w);
    w->audit = audit;
    w->status = status;
    w->before = w->rules = w->alike = -1;
    c->state = w;
    return w;
}

const char *rec_write_id(const struct rec_write *w)
{
    return w->in.id;
}

void seal_add(struct call *c, struct db_batch *b, const struct rec *r, struct rec_write *w)
{
    const char **p = rec_params(c, 12);
    p[3] = w->in.id;
    p[4] = c->id;
    p[5] = idem_key(c);
    p[6] = fingerprint_text(c);
    p[7] = c->actor->role;
    p[8] = c->address;
    p[9] = w->audit;
    p[10] = fields_named(c, r, w->in.given, w->audit);
    p[11] = w->in.key ? rec_number(c, w->in.key) : NULL;
    w->seal = batch_add(b, r->seal, 12, p);
    const char *const ids[] = {"{", w->in.id, "}", NULL};
    rec_file_attach(c, b, r, w->in.given, arena_join(c->arena, ids));
    b->repeatable = true;
}

/* Appends the storage columns of field i; returns the next free parameter. */
static int columns_put(const struct rec *r, const struct rec_input *in, int i, const char **p,
                       int at)
{
    for (int k = 0; k < r->fields[i].ncolumns; k++)
        p[at++] = in->column[r->fields[i].column + k];
    return at;
}

/* The write with what tells of rules that do not hold; both take the same parameters. */
static void write_add(struct db_batch *b, struct rec_write *w, const struct db_stmt *rules,
                      const struct db_stmt *write, const char **p, int n)
{
    if (rules)
        w->rules = batch_add(b, rules, n, p);
    batch_add(b, write, n, p);
}

/* ---- create ---------------------------------------------------------------------------------- */

static void references_add(struct call *c, struct db_batch *b, const struct rec *r,
                           struct rec_write *w)
{
    const char **p = rec_params(c, REC_SCOPE_PARAMS + r->nrefs);
    bool any = false;
    for (int i = 0; i < r->nrefs; i++) {
        p[REC_SCOPE_PARAMS + i] = w->in.column[r->fields[r->ref_field[i]].column];
        any = any || p[REC_SCOPE_PARAMS + i];
    }
    if (any)
        w->before = batch_add(b, r->insert_before, REC_SCOPE_PARAMS + r->nrefs, p);
}

static void origin_add(struct call *c, struct db_batch *b, const struct rec *r,
                       const struct rec_write *w)
{
    const char *origin = r->origin >= 0 ? w->in.column[r->fields[r->origin].column] : NULL;
    if (!origin)
        return;
    const char **p = rec_params(c, 8);
    p[3] = origin;
    p[4] = c->id;
    p[5] = arena_printf(c->arena, "%s:%s", r->name, w->in.id);
    p[6] = c->actor->role;
    p[7] = c->address;
    batch_add(b, r->origin_link, 8, p);
}

static void insert_add(struct call *c, struct db_batch *b, const struct rec *r, struct rec_write *w)
{
    int n = 6;
    const char **p = rec_params(c, n + r->ncolumns);
    p[3] = w->in.id;
    p[4] = w->in.div;
    p[5] = c->id;
    for (int i = 0; i < r->nfields; i++)
        if (field_given(&r->fields[i]))
            n = columns_put(r, &w->in, i, p, n);
    if (r->counter)
        batch_add(b, r->counter, REC_SCOPE_PARAMS - 2, p);
    write_add(b, w, r->insert_rules, r->insert, p, n);
}

/* x NULL: of the create. */
static void step_effects(struct call *c, struct db_batch *b, const struct rec *r,
                         const struct rec_action *x, const struct rec_write *w)
{
    effects_add(c, b, r, x, &w->in.id, 1);
}

bool rec_create_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct rec_write *w = write_new(c, "create", 201);
    if (!input_read(c, r, NULL, INPUT_CREATE, NULL, &w->in))
        return false;
    int64_t div = 0;
    if (r->plugin_gate && w->in.div && str_int64(w->in.div, &div) &&
        !actor_plugin_on_at(c->actor, r->plugin_gate, div))
        return problem(c, 404, "plugin-not-enabled");
    if (r->nrefs)
        references_add(c, b, r, w);
    insert_add(c, b, r, w);
    seal_add(c, b, r, w);
    alike_add(c, b, r, w, false);
    origin_add(c, b, r, w);
    tells_add(c, b, r->tell_create, w->in.id);
    step_effects(c, b, r, NULL, w);
    return true;
}

/* ---- patch, delete, action ------------------------------------------------------------------- */

bool target_read(struct call *c, struct rec_write *w)
{
    w->in.id = rec_row_id(c);
    if (!w->in.id)
        return false;
    if (!c->if_match)
        return problem(c, 428, "if_match_required");
    if (!if_match_version(c->if_match, &w->version))
        return problem(c, 412, "if_match_unreadable");
    return true;
}

/* With room for every column behind them. */
static const char **before_params(struct call *c, const struct rec *r, const struct rec_write *w,
                                  const int *refs, int nrefs)
{
    const char **p = rec_params(c, 4 + nrefs + r->ncolumns);
    p[3] = w->in.id;
    for (int i = 0; i < nrefs; i++)
        p[4 + i] = w->in.column[r->fields[refs[i]].column];
    return p;
}

static void before_add(struct call *c, struct db_batch *b, const struct db_stmt *stmt,
                       const struct rec *r, struct rec_write *w, const int *refs, int nrefs)
{
    w->before = batch_add(b, stmt, 4 + nrefs, before_params(c, r, w, refs, nrefs));
}

const char **change_params(struct call *c, const struct rec_write *w, int n)
{
    const char **p = rec_params(c, n);
    p[3] = w->in.id;
    p[4] = c->id;
    p[5] = rec_number(c, w->version);
    return p;
}

bool rec_patch_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct rec_write *w = write_new(c, "update", 200);
    if (!target_read(c, w) || !input_read(c, r, NULL, INPUT_PATCH, w->in.id, &w->in))
        return false;
    if (!w->in.given)
        return problem(c, 422, "nothing_to_change");
    before_add(c, b, r->update_before, r, w, r->ref_field, r->nrefs);
    const char **p = change_params(c, w, 7 + r->ncolumns);
    int n = 7;
    p[6] = rec_number(c, (int64_t)w->in.given);
    for (int i = 0; i < r->nfields; i++)
        if (field_given(&r->fields[i]) && !(r->fields[i].d.flags & WL_FIXED))
            n = columns_put(r, &w->in, i, p, n);
    write_add(b, w, r->update_rules, r->update, p, n);
    seal_add(c, b, r, w);
    alike_add(c, b, r, w, false);
    return true;
}

bool rec_remove_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct rec_write *w = write_new(c, "delete", 204);
    if (!target_read(c, w))
        return false;
    before_add(c, b, r->update_before, r, w, r->ref_field, r->nrefs);
    batch_add(b, r->remove, 6, change_params(c, w, 6));
    seal_add(c, b, r, w);
    return true;
}

bool rec_restore_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct rec_write *w = write_new(c, "restore", 200);
    if (!target_read(c, w))
        return false;
    before_add(c, b, r->restore_before, r, w, NULL, 0);
    batch_add(b, r->restore, 6, change_params(c, w, 6));
    seal_add(c, b, r, w);
    return true;
}

bool rec_readers_put_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    struct rec_write *w = write_new(c, "readers", 200);
    const char *readers;
    if (!target_read(c, w) || !(readers = readers_input(c)))
        return false;
    const char **p = rec_params(c, 5);
    p[3] = w->in.id;
    p[4] = readers;
    w->before = batch_add(b, r->readers_before, 5, p);
    p = change_params(c, w, 7);
    p[6] = readers;
    batch_add(b, r->readers_write, 7, p);
    seal_add(c, b, r, w);
    return true;
}

/* Where the action's guard reads what it brings, that goes to the question why it was refused too.
 */
static void action_before_add(struct call *c, struct db_batch *b, const struct rec *r,
                              const struct rec_action *x, struct rec_write *w)
{
    int n = 4 + x->nrefs;
    const char **p = before_params(c, r, w, x->ref_field, x->nrefs);
    for (int i = 0; x->brings && i < r->nfields; i++)
        if (x->takes[i])
            n = columns_put(r, &w->in, i, p, n);
    w->before = batch_add(b, x->before, n, p);
}

bool rec_action_plan(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct rec_action *x = rec_op_of(c)->action;
    struct rec_write *w = write_new(c, x->d.name, 200);
    if (!target_read(c, w) || !input_read(c, r, x, INPUT_ACTION, w->in.id, &w->in))
        return false;
    action_before_add(c, b, r, x, w);
    const char **p = change_params(c, w, 6 + r->ncolumns);
    int n = 6;
    for (int i = 0; i < r->nfields; i++)
        if (x->takes[i])
            n = columns_put(r, &w->in, i, p, n);
    write_add(b, w, x->rules, x->write, p, n);
    seal_add(c, b, r, w);
    tells_add(c, b, x->tell, w->in.id);
    step_effects(c, b, r, x, w);
    if (x->follow)
        x->follow(c, b, w->in.id);
    return true;
}

/* ---- what came of it ------------------------------------------------------------------------- */

/* A reference column "ok_<field>" that came back false becomes a fault at that field. */
static bool references_faulty(struct call *c, const struct rec *r, const struct db_rows *before)
{
    for (int i = 0; i < r->nfields; i++) {
        int col = rows_column(before, arena_printf(c->arena, "ok_%s", r->fields[i].d.name));
        if (col >= 0 && !rows_bool(before, 0, col))
            fault_add(c, r->fields[i].pointer,
                      i == r->origin                   ? "request_not_open"
                      : r->fields[i].d.type == WL_FILE ? "file_unfit"
                                                       : "reference_unknown",
                      NULL);
    }
    return faults_reply(c);
}

static bool staff_is_me(const struct call *c, const struct db_rows *before, int field)
{
    return strcmp(rows_text(before, 0, REC_HEAD + field), c->actor->user) == 0;
}

static bool action_refused(struct call *c, const struct rec *r, const struct rec_action *x,
                           const struct db_rows *before)
{
    int state = rec_state_find(r, rows_text(before, 0, REC_HEAD + r->state));
    if (state < 0 || !(x->from >> state & 1))
        return problem(c, 409, "wrong_state"), true;
    if (x->only >= 0 && !staff_is_me(c, before, x->only))
        return problem(c, 403, "not_yours"), true;
    for (int i = 0; i < x->nnever; i++)
        if (staff_is_me(c, before, x->never[i]))
            return problem(c, 403, "handled_by_you"), true;
    int relative = rows_column(before, "is_relative");
    if (relative >= 0 && rows_bool(before, 0, relative))
        return problem(c, 403, "own_relative"), true;
    int guard = rows_column(before, "ok_guard");
    if (guard >= 0 && !rows_bool(before, 0, guard))
        return problem(c, 409, x->d.refusal), true;
    return false;
}

static bool locked_refused(struct call *c, const struct rec *r, const struct db_rows *before)
{
    if (!r->d.locked || !str_has_word(r->d.locked, rows_text(before, 0, REC_HEAD + r->state)))
        return false;
    problem(c, 409, "wrong_state");
    return true;
}

static bool rules_faulty(struct call *c, struct db_batch *b, const struct rec *r,
                         const struct rec_write *w)
{
    const struct db_rows *rows = w->rules >= 0 ? b->item[w->rules].rows : NULL;
    if (rows && rows_count(rows) == 1)
        rules_explain(c, r, rows_text(rows, 0, 0));
    return faults_reply(c);
}

static bool over(const struct call *c, const struct rec_op *op, const struct db_rows *before)
{
    return op->action ? reach_over(c, op->r, before, 0) : reach_over_change(c, op->r, before, 0);
}

/* Nothing was written: says why from the row as it was. */
void rec_write_explain(struct call *c, struct db_batch *b)
{
    const struct rec_write *w = c->state;
    const struct rec_op *op = rec_op_of(c);
    const struct db_rows *before = w->before >= 0 ? b->item[w->before].rows : NULL;
    bool creating = w->status == 201;
    if (!creating && before && rows_count(before) > 0 && over(c, op, before)) {
        problem(c, 403, "elsewhere");
        return;
    }
    if (before && rows_count(before) > 0 && references_faulty(c, op->r, before))
        return;
    if (creating && rules_faulty(c, b, op->r, w))
        return;
    if (creating && w->in.div) {
        /* in scope and with good references: what is left is that there is no such division */
        fault_add(c, "/div", "division_unknown", NULL);
        faults_reply(c);
        return;
    }
    if (creating || !before || rows_count(before) == 0) {
        /* a new row whose division is its person's: the plugin is off there */
        problem(c, 404, creating && op->r->plugin_gate ? "plugin-not-enabled" : "not_found");
        return;
    }
    const char *version = rows_text(before, 0, HEAD_VERSION);
    if (op->action && action_refused(c, op->r, op->action, before))
        return;
    if (restore_refused(c, before) || readers_refused(c, before) ||
        (!op->action && (locked_refused(c, op->r, before) || fixed_refused(c, op->r, before))))
        return;
    if (rules_faulty(c, b, op->r, w))
        return;
    problem(c, 412, "changed_meanwhile");
    output_rights(c, op->r);
    c->reply.etag = output_etag(c, version);
}

/* `alike`: ids of rows that may be the same, NULL when that was not asked. */
static void reply_written(struct call *c, const struct rec *r, const struct db_rows *rows,
                          const struct db_rows *alike, int status)
{
    if (status == 204) {
        reply_empty(c, 204);
        return;
    }
    output_rights(c, r); /* to change a row is not to read it */
    struct jw *w = reply_json(c, status);
    struct output o = output_begin(c, w, r, REC_ALL_FIELDS, REC_ALL_FIELDS);
    may_bind(&o, rows);
    output_row_open(&o, rows, 0);
    if (alike)
        alike_write(w, alike);
    jw_end(w, '}');
    c->reply.etag = output_etag(c, rows_text(rows, 0, HEAD_VERSION));
    if (status == 201)
        c->reply.location = arena_join(
            c->arena, (const char *const[]){"/api/v1/", r->owner, "/", r->d.path, "/",
                                            rows_text(rows, 0, HEAD_ID), NULL});
}

void rec_write_render(struct call *c, struct db_batch *b)
{
    const struct rec_write *w = c->state;
    const struct db_rows *sealed = b->item[w->seal].rows;
    if (rows_count(sealed) == 1)
        reply_written(c, rec_op_of(c)->r, sealed, w->alike >= 0 ? b->item[w->alike].rows : NULL,
                      w->status);
    else if (c->replayed)
        rec_write_explain(c, b);
    /* else: left unset, so that the dispatcher looks for a first try */
}

/* A constraint of the table said no: its message stands at the field it is declared for. */
bool rec_write_refused(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    for (int i = 0; b->error.constraint && i < r->nchecks; i++) {
        if (!str_eq(b->error.constraint, r->checks[i].constraint))
            continue;
        const struct rec_field *f = &r->fields[rec_field_find(r, r->checks[i].field)];
        if (str_eq(b->error.sqlstate, "23505"))
            unique_trace(c, f);
        const char *key = arena_printf(c->arena, "constraint.%s", r->checks[i].constraint);
        fault_text(c, f->pointer, r->checks[i].constraint, message(c->lang, r->owner, key));
        return faults_reply(c);
    }
    if (b->error.constraint && unique_fault(c, r, b->error.constraint))
        return faults_reply(c);
    if (effect_refused(c, b, r))
        return true;
    if (r->plugin_gate && str_eq(b->error.sqlstate, "42501"))
        return problem(c, 404, "plugin-not-enabled"), true;
    return false;
}

/* ---- the same request again ------------------------------------------------------------------ */

bool rec_replay_plan(struct call *c, struct db_batch *b)
{
    const char **p = rec_params(c, 4);
    p[3] = idem_key(c);
    alike_add(c, b, rec_op_of(c)->r, c->state, true);
    batch_add(b, rec_op_of(c)->r->replay, 4, p);
    return true;
}

bool rec_replay_render(struct call *c, struct db_batch *b)
{
    const struct rec *r = rec_op_of(c)->r;
    const struct rec_write *w = c->state;
    const struct db_rows *rows = b->item[b->n - 1].rows;
    if (rows_count(rows) == 0)
        return false;
    bool same = str_eq(rows_text(rows, 0, REC_HEAD + r->nfields), fingerprint_text(c));
    if (!same)
        return problem(c, 422, "idempotency_key_reused"), true;
    if (rows_null(rows, 0, HEAD_ID))
        return problem(c, 404, "not_found"), true;
    reply_written(c, r, rows, w->alike >= 0 ? b->item[w->alike].rows : NULL, w->status);
    return true;
}
