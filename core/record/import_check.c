/* What is wrong with a row: first all that the API would say about it as a body, then what only the
 * database knows. */
#include <string.h>

#include "base/str.h"
#include "iam/hint.h"
#include "json/jw.h"
#include "record/import.h"
#include "record/import_batch.h"
#include "record/record.h"
#include "record/rule.h"

enum { BODY_MAX = 2 << 20 };

/* ---- as a body ------------------------------------------------------------------------------- */

/* Not to be sent with a change: where it is does not change, what found it is what it was, and what
 * is fixed stays. */
static bool left_out(const struct import *m, const struct import_row *row, int what)
{
    if (what == IMPORT_IGNORED)
        return true;
    if (row->act != ROW_UPDATE)
        return false;
    if (what < 0 || (m->r->fields[what].d.flags & WL_FIXED))
        return true;
    for (int k = 0; k < m->r->bulk->nkey; k++)
        if (m->r->bulk->key[k] == what && !import_given(m, IMPORT_ID, NULL))
            return true;
    return false;
}

static void member_write(const struct import *m, const struct import_row *row, int column,
                         struct jw *w)
{
    int what = m->column[column];
    const struct rec_field *f = what >= 0 ? &m->r->fields[what] : NULL;
    const char *value = row->value[column];
    jw_key(w, f ? f->d.name : what == IMPORT_ID ? "id" : "div");
    if (f && rec_is_reference(f->d.type))
        jw_text(w, row->found[column] ? row->found[column] : value);
    else
        jw_raw(w, value, strlen(value));
}

/* The row as a client would send it; NULL when there is nothing in it to send. */
static const struct jv *body_of(const struct import *m, struct call *c,
                                const struct import_row *row)
{
    struct jv_fault fault;
    struct buf b;
    struct jw w;
    const struct jv *v;
    int n = 0;
    buf_init(&b, BODY_MAX);
    jw_init(&w, &b);
    jw_object(&w);
    for (int i = 0; i < m->ncolumns; i++)
        if (row->value[i] && !left_out(m, row, m->column[i])) {
            member_write(m, row, i, &w);
            n++;
        }
    jw_end(&w, '}');
    v = b.over || (n == 0 && row->act == ROW_UPDATE) ? NULL : jv_parse(c->arena, b.p, b.n, &fault);
    buf_free(&b);
    return v;
}

/* A text that names nobody is not to be called a bad id. */
static void references_look(struct import *m, struct import_row *row)
{
    for (int i = 0; i < m->ncolumns; i++) {
        const struct rec_field *f = m->column[i] >= 0 ? &m->r->fields[m->column[i]] : NULL;
        if (f && rec_is_reference(f->d.type) && row->value[i] && !row->found[i])
            import_fault_add(row, f->d.name, "import_reference",
                             import_text(m, "import_reference"));
    }
}

static void row_convert(struct import *m, struct call *c, struct import_row *row)
{
    references_look(m, row);
    c->input = body_of(m, c, row);
    if (!c->input && row->act == ROW_UPDATE) {
        row->act = ROW_SAME;
        return;
    }
    c->nfaults = 0;
    if (!c->input)
        import_fault_add(row, NULL, "import_row_long", import_text(m, "import_row_long"));
    else if (!input_read(c, m->r, NULL, row->act == ROW_UPDATE ? INPUT_PATCH : INPUT_CREATE,
                         row->id, &row->in))
        import_faults_take(m, c, row);
    c->reply.status = 0;
}

void import_convert(struct import *m, struct call *c)
{
    for (int i = 0; i < m->n; i++) {
        struct import_row *row = &m->row[i];
        row_convert(m, c, row);
        if (row->nfault)
            row->act = ROW_REFUSED;
    }
}

/* ---- as rows of the database ----------------------------------------------------------------- */

static void row_look(struct import *m, struct call *c, struct import_row *row,
                     const struct db_rows *rows, int k)
{
    static const struct {
        const char *column, *col, *code;
    } table[] = {{"ok_div", "div", "division_unknown"},
                 {"ok_plugin", "div", "import_plugin_off"}};
    struct arena *a = m->arena;
    for (int i = 0; i < m->r->nfields; i++) {
        const char *name = m->r->fields[i].d.name;
        int col = rows_column(rows, arena_printf(a, "ok_%s", name));
        const char *code = i == m->r->origin ? "request_not_open" : "reference_unknown";
        if (col >= 0 && !rows_bool(rows, k, col))
            import_fault_add(row, name, code, import_text(m, code));
    }
    for (int i = 0; i < 2; i++) {
        int col = rows_column(rows, table[i].column);
        if (col >= 0 && !rows_bool(rows, k, col))
            import_fault_add(row, table[i].col, table[i].code, import_text(m, table[i].code));
    }
    int same = rows_column(rows, "same");
    c->nfaults = 0;
    rules_explain(c, m->r, rows_text(rows, k, rows_column(rows, "rules")));
    import_faults_take(m, c, row);
    if (same >= 0 && rows_bool(rows, k, same) && !row->nfault)
        row->act = ROW_SAME;
    if (row->nfault)
        row->act = ROW_REFUSED;
}

/* The rows that the statement says nothing about are gone meanwhile. */
static void rows_look(struct import *m, struct call *c, const struct import_pick *pick,
                      const struct db_rows *rows)
{
    int k = 0;
    for (int i = 0; i < pick->n; i++) {
        struct import_row *row = &m->row[pick->index[i]];
        if (k < rows_count(rows) && rows_int(rows, k, 0) == i + 1) {
            row_look(m, c, row, rows, k++);
        } else {
            import_fault_add(row, NULL, "import_changed", import_text(m, "import_changed"));
            row->act = ROW_REFUSED;
        }
    }
}

enum job_answer import_check(struct import *m, struct call *c)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    struct import_pick create, update;
    enum job_answer answer = JOB_OK;
    int at[2] = {-1, -1};
    enter_add(c, b, ENTER_LOOK);
    import_pick(m, ROW_CREATE, 0, m->n, &create);
    import_pick(m, ROW_UPDATE, 0, m->n, &update);
    if (create.n)
        at[0] = import_insert_add(m, c, b, m->r->bulk->insert_check, &create);
    if (update.n)
        at[1] = import_update_add(m, c, b, m->r->bulk->update_check, &update);
    b->repeatable = true;
    if (b->n > 1)
        answer = job_ask(m->job, c, b);
    if (answer == JOB_OK && at[0] >= 0)
        rows_look(m, c, &create, b->item[at[0]].rows);
    if (answer == JOB_OK && at[1] >= 0)
        rows_look(m, c, &update, b->item[at[1]].rows);
    return answer;
}
