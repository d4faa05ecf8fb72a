/* What the texts of a chunk stand for: rows of other records by their import key, staff by login,
 * and the rows of this record that are to be changed. */
#include <string.h>

#include "base/str.h"
#include "call/lazy.h"
#include "call/messages.h"
#include "iam/hint.h"
#include "record/import.h"
#include "record/record.h"

static struct lazy stmt_staff = {
    .sql = "select w.ord, a.id from unnest($4::text[]) with ordinality as w(p4, ord)"
           " join admin.account a on " SCOPE_HOLDS("a") " and a.login = w.p4"
           " and a.deleted_at is null"};

/* The parameter that stands for a key's value; NULL with what is wrong among the call's faults. */
static const char *key_param(struct call *c, const struct rec_field *f, const char *json)
{
    struct jv_fault fault;
    const struct jv *v = json ? jv_parse(c->arena, json, strlen(json), &fault) : NULL;
    if (!v)
        return NULL;
    return rec_is_encrypted(f->d.type) ? input_blind(c, f, f->pointer, jv_text(v))
                                       : input_value(c, f, f->pointer, v);
}

/* Same for the text of a reference, read as a cell of the key's own type would be. */
static const char *key_of_text(struct call *c, const struct rec_field *f, const char *text)
{
    const struct sheet_cell cell = {
        .kind = SHEET_TEXT, .text = text, .n = strlen(text), .raw = text};
    const char *fault = NULL;
    const char *param = key_param(c, f, import_value(c->arena, f, &cell, &fault));
    c->nfaults = 0; /* what does not read as a key is nobody's */
    return param;
}

/* ---- references ------------------------------------------------------------------------------ */

static const struct rec_field *target_key(const struct rec_field *f)
{
    const struct rec *t = f->d.type == WL_REFERENCE ? rec_find(f->d.of) : NULL;
    return t && t->bulk->nkey == 1 ? &t->fields[t->bulk->key[0]] : NULL;
}

/* Queues the look-up of one column's texts; -1 when none needs one. */
static int column_ask(struct import *m, struct call *c, struct db_batch *b, int column)
{
    const struct rec_field *f = &m->r->fields[m->column[column]], *key = target_key(f);
    const char **values = arena_alloc(c->arena, (size_t)m->n * sizeof *values);
    const char **p = rec_params(c, 4);
    bool any = false;
    for (int i = 0; i < m->n; i++) {
        const char *text = m->row[i].value[column];
        if (!text || uuid_valid(text))
            continue;
        values[i] = key ? key_of_text(c, key, text) : f->d.type == WL_STAFF ? text : NULL;
        any = any || values[i];
    }
    if (!any)
        return -1;
    p[3] = bulk_array(c->arena, values, m->n);
    return batch_add(b, key ? rec_find(f->d.of)->bulk->by_key : lazy_stmt(&stmt_staff), 4, p);
}

static void column_take(struct import *m, struct call *c, int column, const struct db_rows *rows)
{
    for (int k = 0; k < rows_count(rows); k++)
        m->row[rows_int(rows, k, 0) - 1].found[column] =
            arena_strdup(c->arena, rows_text(rows, k, 1));
}

/* An id is its own answer. */
static void ids_take(struct import *m, int column)
{
    for (int i = 0; i < m->n; i++) {
        const char *text = m->row[i].value[column];
        if (text && uuid_valid(text))
            m->row[i].found[column] = text;
    }
}

static enum job_answer references_find(struct import *m, struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    int at[SHEET_COLUMNS_MAX];
    enum job_answer answer = JOB_OK;
    enter_add(c, b, ENTER_LOOK);
    for (int i = 0; i < m->ncolumns; i++) {
        uint32_t type = m->column[i] >= 0 ? m->r->fields[m->column[i]].d.type : WL_TYPE_UNSET;
        bool named = type == WL_REFERENCE || type == WL_STAFF;
        at[i] = -1;
        if (named)
            ids_take(m, i);
        if (named && b->n < DB_BATCH_MAX)
            at[i] = column_ask(m, c, b, i);
    }
    b->repeatable = true;
    if (b->n > 1)
        answer = job_ask(m->job, c, b);
    for (int i = 0; i < m->ncolumns && answer == JOB_OK; i++)
        if (at[i] >= 0)
            column_take(m, c, i, b->item[at[i]].rows);
    return answer;
}

/* ---- rows to change -------------------------------------------------------------------------- */

static const char *id_given(const struct import *m, struct call *c, const struct import_row *row)
{
    struct jv_fault fault;
    int column;
    if (!import_given(m, IMPORT_ID, &column) || !row->value[column])
        return NULL;
    const char *json = row->value[column];
    const char *id = jv_text(jv_parse(c->arena, json, strlen(json), &fault));
    return id && uuid_valid(id) ? id : NULL;
}

static const char *key_given(const struct import *m, struct call *c, const struct import_row *row,
                             int field)
{
    const struct rec_field *f = &m->r->fields[field];
    int column;
    if (!import_given(m, field, &column) || !row->value[column])
        return NULL;
    if (rec_is_reference(f->d.type))
        return row->found[column];
    const char *param = key_param(c, f, row->value[column]);
    c->nfaults = 0; /* said again when the row is read */
    return param;
}

static int by_id_ask(struct import *m, struct call *c, struct db_batch *b)
{
    const char **ids = arena_alloc(c->arena, (size_t)m->n * sizeof *ids);
    const char **p = rec_params(c, 4);
    bool any = false;
    for (int i = 0; i < m->n; i++) {
        ids[i] = id_given(m, c, &m->row[i]);
        any = any || ids[i];
    }
    p[3] = bulk_array(c->arena, ids, m->n);
    return any ? batch_add(b, m->r->bulk->by_id, 4, p) : -1;
}

static int by_key_ask(struct import *m, struct call *c, struct db_batch *b)
{
    const struct rec_bulk *bulk = m->r->bulk;
    const char **p = rec_params(c, 3 + REC_KEY_MAX);
    for (int k = 0; k < bulk->nkey; k++) {
        const char **values = arena_alloc(c->arena, (size_t)m->n * sizeof *values);
        for (int i = 0; i < m->n; i++)
            if (!id_given(m, c, &m->row[i]))
                values[i] = key_given(m, c, &m->row[i], bulk->key[k]);
        p[3 + k] = bulk_array(c->arena, values, m->n);
    }
    return bulk->nkey ? batch_add(b, bulk->by_key, 3 + bulk->nkey, p) : -1;
}

static bool taken_before(const struct import *m, const struct import_row *row)
{
    for (const struct import_row *x = m->row; x < row; x++)
        if (x->act == ROW_UPDATE && str_eq(x->id, row->id))
            return true;
    return false;
}

static const char *fixed_text(const struct import *m)
{
    const char *key = arena_printf(m->arena, "problem.%s", m->r->d.fixed_refusal);
    return message(m->job->lang, m->r->owner, key);
}

static void row_found(struct import *m, struct call *c, const struct db_rows *rows, int k)
{
    struct import_row *row = &m->row[rows_int(rows, k, 0) - 1];
    row->id = arena_strdup(c->arena, rows_text(rows, k, 1));
    row->version = arena_strdup(c->arena, rows_text(rows, k, 2));
    row->act = ROW_UPDATE;
    if (rows_bool(rows, k, 4))
        import_fault_add(row, NULL, "import_elsewhere", import_text(m, "import_elsewhere"));
    else if (rows_bool(rows, k, 5))
        import_fault_add(row, NULL, m->r->d.fixed_refusal, fixed_text(m));
    else if (rows_bool(rows, k, 3))
        import_fault_add(row, NULL, "import_locked", import_text(m, "import_locked"));
    else if (taken_before(m, row))
        import_fault_add(row, NULL, "import_twice", import_text(m, "import_twice"));
}

static enum job_answer rows_find(struct import *m, struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    enum job_answer answer = JOB_OK;
    enter_add(c, b, ENTER_LOOK);
    int at[] = {by_id_ask(m, c, b), by_key_ask(m, c, b)};
    b->repeatable = true;
    if (b->n > 1)
        answer = job_ask(m->job, c, b);
    for (int i = 0; i < 2 && answer == JOB_OK; i++)
        for (int k = 0; at[i] >= 0 && k < rows_count(b->item[at[i]].rows); k++)
            row_found(m, c, b->item[at[i]].rows, k);
    for (int i = 0; i < m->n && m->mode == IMPORT_UPDATE; i++)
        if (m->row[i].act != ROW_UPDATE)
            import_fault_add(&m->row[i], NULL, "import_not_found",
                             import_text(m, "import_not_found"));
    return answer;
}

enum job_answer import_find(struct import *m, struct call *c)
{
    enum job_answer answer;
    for (int i = 0; i < m->n; i++) {
        struct import_row *row = &m->row[i];
        row->nfault = row->nread;
        row->act = ROW_CREATE;
        row->id = row->version = NULL;
        row->found = arena_alloc(c->arena, (size_t)m->ncolumns * sizeof *row->found);
    }
    answer = references_find(m, c);
    if (answer == JOB_OK && m->mode != IMPORT_CREATE)
        answer = rows_find(m, c);
    return answer;
}
