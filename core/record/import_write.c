#include <string.h>

#include "base/str.h"
#include "call/lazy.h"
#include "iam/hint.h"
#include "json/jw.h"
#include "record/effect.h"
#include "record/import.h"
#include "record/import_batch.h"
#include "record/named.h"
#include "record/rec_text.h"
#include "record/record.h"
#include "tenant/sealed.h"

enum { FAULTS_TEXT_MAX = 16 << 20 };

static struct lazy stmt_undo = {.sql = "select core.job_undo()"};

/* ---- parameters ------------------------------------------------------------------------------ */

void import_pick(const struct import *m, enum import_act act, int from, int to,
                 struct import_pick *out)
{
    out->n = 0;
    for (int i = from; i < to; i++)
        if (m->row[i].act == act)
            out->index[out->n++] = i;
}

static int ids_of(const struct import *m, const struct import_pick *p, const char **ids)
{
    for (int i = 0; i < p->n; i++)
        ids[i] = m->row[p->index[i]].in.id;
    return p->n;
}

const char *import_ids(const struct import *m, struct arena *a, const struct import_pick *const *p,
                       int npicks)
{
    const char *ids[2 * IMPORT_ROWS];
    int n = 0;
    for (int k = 0; k < npicks; k++)
        n += ids_of(m, p[k], ids + n);
    return bulk_array(a, ids, n);
}

static const char *numbers(const struct import *m, struct call *c, const struct import_pick *p,
                           bool versions)
{
    const char *values[IMPORT_ROWS];
    for (int i = 0; i < p->n; i++) {
        const struct import_row *row = &m->row[p->index[i]];
        values[i] = versions ? row->version : rec_number(c, (int64_t)row->in.given);
    }
    return bulk_array(c->arena, values, p->n);
}

static const char *divs(const struct import *m, struct call *c, const struct import_pick *p)
{
    const char *values[IMPORT_ROWS];
    for (int i = 0; i < p->n; i++)
        values[i] = m->row[p->index[i]].in.div;
    return bulk_array(c->arena, values, p->n);
}

/* The storage columns of field i as arrays; returns the next free parameter. */
static int columns_put(const struct import *m, struct call *c, const struct import_pick *p, int i,
                       const char **params, int at)
{
    const char *values[IMPORT_ROWS];
    for (int k = 0; k < m->r->fields[i].ncolumns; k++) {
        for (int n = 0; n < p->n; n++)
            values[n] = m->row[p->index[n]].in.column[m->r->fields[i].column + k];
        params[at++] = bulk_array(c->arena, values, p->n);
    }
    return at;
}

int import_insert_add(const struct import *m, struct call *c, struct db_batch *b,
                      const struct db_stmt *stmt, const struct import_pick *p)
{
    const char **params = rec_params(c, 6 + m->r->ncolumns);
    int n = 6;
    params[3] = import_ids(m, c->arena, &p, 1);
    params[4] = divs(m, c, p);
    params[5] = c->id;
    for (int i = 0; i < m->r->nfields; i++)
        if (field_given(&m->r->fields[i]))
            n = columns_put(m, c, p, i, params, n);
    return batch_add(b, stmt, n, params);
}

int import_update_add(const struct import *m, struct call *c, struct db_batch *b,
                      const struct db_stmt *stmt, const struct import_pick *p)
{
    const char **params = rec_params(c, 7 + m->r->ncolumns);
    int n = 7;
    params[3] = import_ids(m, c->arena, &p, 1);
    params[4] = c->id;
    params[5] = numbers(m, c, p, true);
    params[6] = numbers(m, c, p, false);
    for (int i = 0; i < m->r->nfields; i++)
        if (field_patchable(&m->r->fields[i]))
            n = columns_put(m, c, p, i, params, n);
    return batch_add(b, stmt, n, params);
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* What rows [from, to) come to. */
static struct import_counts counts_of(const struct import *m, int from, int to)
{
    struct import_counts n = m->counts;
    for (int i = from; i < to; i++) {
        enum import_act act = m->row[i].act;
        *(act == ROW_CREATE ? &n.created
          : act == ROW_UPDATE ? &n.updated
          : act == ROW_SAME   ? &n.unchanged
                              : &n.refused) += 1;
    }
    return n;
}

static void fault_write(struct jw *w, const struct import_row *row, const struct import_fault *f)
{
    jw_array(w);
    jw_int(w, (int64_t)row->place);
    jw_text(w, f->col);
    jw_text(w, f->code);
    jw_text(w, f->text);
    jw_end(w, ']');
}

static const char *faults_text(const struct import *m, struct arena *a, int from, int to)
{
    struct buf b;
    struct jw w;
    const char *out;
    buf_init(&b, FAULTS_TEXT_MAX);
    jw_init(&w, &b);
    jw_array(&w);
    for (int i = from; i < to; i++)
        for (int k = 0; k < m->row[i].nfault; k++)
            fault_write(&w, &m->row[i], &m->row[i].fault[k]);
    jw_end(&w, ']');
    out = b.over ? NULL : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return out;
}

static void seal_add(struct import *m, struct call *c, struct db_batch *b, const char *ids)
{
    const char **p = rec_params(c, 9);
    p[3] = ids;
    p[4] = c->id;
    p[5] = c->actor->role;
    p[6] = c->address;
    p[7] = "import";
    p[8] = fields_named(c, m->r, m->mapped, "import");
    batch_add(b, m->r->bulk->seal, 9, p);
}

/* Work made from a request shows on it. */
static void origins_add(struct import *m, struct call *c, struct db_batch *b,
                        const struct import_pick *created)
{
    for (int i = 0; m->r->origin >= 0 && i < created->n; i++) {
        const struct rec_input *in = &m->row[created->index[i]].in;
        const char *origin = in->column[m->r->fields[m->r->origin].column];
        const char **p;
        if (!origin)
            continue;
        p = rec_params(c, 8);
        p[3] = origin;
        p[4] = c->id;
        p[5] = arena_printf(c->arena, "%s:%s", m->r->name, in->id);
        p[6] = c->actor->role;
        p[7] = c->address;
        batch_add(b, m->r->origin_link, 8, p);
    }
}

static uint32_t key_of(const struct import *m, int from, int to)
{
    uint32_t key = 0;
    for (int i = from; i < to; i++)
        if (m->row[i].act != ROW_REFUSED && m->row[i].in.key)
            key = m->row[i].in.key;
    return key;
}

/* Everything of rows [from, to) but the step; returns how many are written. */
static int writes_add(struct import *m, struct call *c, struct db_batch *b, int from, int to,
                      const char **ids)
{
    struct import_pick create, update;
    const struct import_pick *const both[] = {&create, &update};
    import_pick(m, ROW_CREATE, from, to, &create);
    import_pick(m, ROW_UPDATE, from, to, &update);
    if (create.n + update.n == 0)
        return 0;
    *ids = import_ids(m, c->arena, both, 2);
    sealed_key_hold(c, b, key_of(m, from, to));
    if (create.n && m->r->bulk->counter) {
        const char **p = rec_params(c, 2);
        p[1] = rec_number(c, create.n);
        batch_add(b, m->r->bulk->counter, 2, p);
    }
    if (create.n)
        import_insert_add(m, c, b, m->r->bulk->insert, &create);
    if (update.n)
        import_update_add(m, c, b, m->r->bulk->update, &update);
    seal_add(m, c, b, *ids);
    origins_add(m, c, b, &create);
    const char *made[IMPORT_ROWS];
    effects_add(c, b, m->r, NULL, made, ids_of(m, &create, made));
    return create.n + update.n;
}

static void step_add(struct import *m, struct call *c, struct db_batch *b, int from, int to,
                     int written, const char *ids)
{
    const char **p = arena_alloc(c->arena, (JOB_STEP_PARAMS + 4) * sizeof *p);
    const char *counts;
    m->pending = counts_of(m, from, to);
    m->pending_to = m->first + to;
    counts = import_counts_text(c->arena, &m->pending);
    job_step_params(m->job, c, m->pending_to, counts, faults_text(m, c->arena, from, to), p);
    p[JOB_STEP_PARAMS] = rec_number(c, written);
    p[JOB_STEP_PARAMS + 1] = written ? ids : "{}";
    p[JOB_STEP_PARAMS + 2] = c->id;
    p[JOB_STEP_PARAMS + 3] = rec_number(c, c->county);
    batch_add(b, m->r->bulk->step, JOB_STEP_PARAMS + 4, p);
}

/* A step of no rows comes first: a batch that is sent again because its answer was lost finds that
 * the job has moved on before it finds its own rows in its way. */
static struct db_batch *batch_begin(struct import *m, struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    b->repeatable = true;
    enter_add(c, b, ENTER_DURABLE);
    job_step_add(m->job, c, b, m->job->done, NULL, NULL);
    return b;
}

/* A dry run: all of it, and then none of it. */
static enum job_answer rehearse(struct import *m, struct call *c, int from, int to,
                                struct db_batch **out)
{
    const char *ids = NULL;
    struct db_batch *b = *out = batch_begin(m, c);
    int written = writes_add(m, c, b, from, to, &ids);
    if (written == 0)
        return JOB_OK;
    step_add(m, c, b, from, to, written, ids);
    lazy_add(b, &stmt_undo, 0, NULL);
    enum job_answer answer = job_ask(m->job, c, b);
    return answer == JOB_REFUSED && str_eq(b->error.sqlstate, "WL200") ? JOB_OK : answer;
}

static enum job_answer step_try(struct import *m, struct call *c, int from, int to,
                                struct db_batch **out)
{
    const char *ids = NULL;
    int written = 0;
    enum job_answer answer = m->dry ? rehearse(m, c, from, to, out) : JOB_OK;
    if (answer != JOB_OK)
        return answer;
    *out = batch_begin(m, c);
    if (!m->dry)
        written = writes_add(m, c, *out, from, to, &ids);
    step_add(m, c, *out, from, to, written, ids);
    answer = job_ask(m->job, c, *out);
    if (answer == JOB_OK) {
        m->counts = m->pending;
        m->job->done = m->pending_to;
    }
    return answer;
}

/* ---- a row refused --------------------------------------------------------------------------- */

/* The database refuses this row: the constraint's text where there is one. */
static void row_refuse(struct import *m, struct call *c, struct db_batch *b, struct import_row *row)
{
    c->nfaults = 0;
    if (rec_write_refused(c, b) && c->nfaults)
        import_faults_take(m, c, row);
    if (!row->nfault)
        import_fault_add(row, NULL, "import_refused", import_text(m, "import_refused"));
    row->act = ROW_REFUSED;
}

/* Rows [from, to) in one transaction; refused, in halves. The recursion ends with single rows, and
 * at the latest with one of which nothing is written. */
static enum job_answer range_write(struct import *m, int from, int to)
{
    struct call *c = job_call(m->job);
    struct db_batch *b = NULL;
    enum job_answer answer;
    if (!c)
        return JOB_END;
    answer = step_try(m, c, from, to, &b);
    bool single = answer == JOB_REFUSED && to - from == 1;
    bool hopeless = single && m->row[from].act == ROW_REFUSED;
    if (single && !hopeless)
        row_refuse(m, c, b, &m->row[from]);
    call_free(c);
    if (hopeless)
        return JOB_END;
    if (single)
        return range_write(m, from, to);
    if (answer != JOB_REFUSED)
        return answer;
    answer = range_write(m, from, from + (to - from) / 2);
    return answer == JOB_OK ? range_write(m, from + (to - from) / 2, to) : answer;
}

enum job_answer import_write(struct import *m, struct call *c)
{
    int from = (int)(m->job->done - m->first);
    (void)c;
    return from < m->n ? range_write(m, from, m->n) : JOB_OK;
}
