/* The file back as it was sent, with what is wrong marked in its cells and told at the end of its
 * rows: people mend it there and send it again. */
#include <string.h>

#include "base/str.h"
#include "call/lazy.h"
#include "call/messages.h"
#include "iam/hint.h"
#include "record/export.h"
#include "record/import.h"

enum { FAULT_PAGE = 1000, LOOK_ROWS = 500, FAULT_ARENA = 64 << 20 };

static struct lazy stmt_faults = {
    .sql = "select f.n, f.place, f.col, f.detail from core.job_fault f where " COUNTY_HOLDS("f")
           " and f.job = $2::uuid and f.n > $3::bigint order by f.n limit $4::int"};

/* The faults, a page at a time, in the order of the file. */
struct faults {
    struct arena *arena;
    const struct db_rows *rows;
    int at;
    int64_t last;
    bool over;
};

struct marking {
    struct import *m;
    struct faults faults;
    struct export_file file;
    struct sheet_column column[SHEET_COLUMNS_MAX];
    struct sheet_value value[SHEET_COLUMNS_MAX];
    struct sheet_table table;
    enum sheet_form form;
};

static const char *word(const struct import *m, const char *key)
{
    return message(m->job->lang, NULL, key);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static bool page_fetch(struct job *j, struct faults *f)
{
    enum job_answer answer = JOB_RETRY;
    while (answer == JOB_RETRY) {
        struct call *c = job_call(j);
        if (!c)
            return false;
        struct db_batch *b = batch_new(c->arena, c->deadline);
        const char *p[] = {arena_printf(c->arena, "%d", c->county), j->id,
                           arena_printf(c->arena, "%lld", (long long)f->last),
                           arena_printf(c->arena, "%d", FAULT_PAGE)};
        b->repeatable = true;
        enter_add(c, b, ENTER_LOOK);
        lazy_add(b, &stmt_faults, 4, p);
        answer = job_ask(j, c, b);
        arena_free(f->arena);
        f->arena = NULL;
        f->rows = NULL;
        if (answer == JOB_OK) {
            f->rows = b->item[1].rows;
            f->arena = c->arena; /* the rows live in it */
            f->at = 0;
        } else {
            call_free(c);
        }
    }
    f->over = answer == JOB_OK && rows_count(f->rows) == 0;
    if (answer == JOB_OK && !f->over)
        f->last = rows_int(f->rows, rows_count(f->rows) - 1, 0);
    return answer == JOB_OK;
}

/* Moves on to the next fault of this row of the file; false when there is none, or at a failure. */
static bool fault_next(struct marking *k, uint64_t place)
{
    struct faults *f = &k->faults;
    while (!f->over) {
        if (!f->rows || f->at == rows_count(f->rows)) {
            if (!page_fetch(k->m->job, f))
                return false;
            continue;
        }
        if ((uint64_t)rows_int(f->rows, f->at, 1) > place)
            return false;
        if ((uint64_t)rows_int(f->rows, f->at++, 1) == place)
            return true;
    }
    return false;
}

static int column_of(const struct import *m, const char *col)
{
    int what = str_eq(col, "id") ? IMPORT_ID : str_eq(col, "div") ? IMPORT_DIV
                                                                  : rec_field_find(m->r, col);
    int column;
    if (what == -1 && !str_eq(col, "id"))
        return -1;
    return import_given(m, what, &column) ? column : -1;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static bool row_write(struct marking *k, const struct sheet_row *row)
{
    struct import *m = k->m;
    struct arena *a = arena_new(FAULT_ARENA);
    const char *whole = NULL;
    bool ok;
    for (int i = 0; i < m->ncolumns; i++) {
        const struct sheet_cell *cell = (size_t)i < row->count ? &row->cell[i] : NULL;
        k->value[i] = cell && cell->kind != SHEET_EMPTY
                          ? (struct sheet_value){cell->kind, cell->text, NULL}
                          : (struct sheet_value){.kind = SHEET_EMPTY};
    }
    while (fault_next(k, row->number)) {
        int at = k->faults.at - 1;
        const char *text = arena_strdup(a, rows_text(k->faults.rows, at, 3));
        int column = rows_null(k->faults.rows, at, 2)
                         ? -1
                         : column_of(m, rows_text(k->faults.rows, at, 2));
        if (column >= 0)
            k->value[column].fault = text;
        else
            whole = whole ? arena_printf(a, "%s; %s", whole, text) : text;
    }
    ok = sheet_write_row(k->file.writer, k->value, (size_t)m->ncolumns, whole);
    arena_free(a);
    return ok;
}

static void head_copy(struct marking *k, const struct sheet_row *head)
{
    struct import *m = k->m;
    for (int i = 0; i < m->ncolumns; i++)
        k->column[i] = (struct sheet_column){
            .title = arena_strdup(m->job->arena, head->cell[i].text), .style = SHEET_AS_TEXT};
    k->table = (struct sheet_table){.name = word(m, "import.marked"),
                                    .column = k->column,
                                    .columns = (size_t)m->ncolumns,
                                    .faults = word(m, "import.faults")};
}

static bool rows_write(struct marking *k, struct sheet *s)
{
    struct job *j = k->m->job;
    struct sheet_row row;
    struct sheet_fault fault;
    int64_t n = 0;
    while (sheet_next(s, &row, &fault) == SHEET_ROW) {
        if (++n % LOOK_ROWS == 0 && !job_goes_on(j))
            return false;
        if (!row_write(k, &row)) {
            j->error = "export_file_failed";
            return false;
        }
    }
    return job_goes_on(j);
}

static bool file_fill(struct job *j, struct call *c, struct db_batch *b, void *data)
{
    const struct marking *k = data;
    if (!export_file_add(c, b, &k->file, k->table.name, "export.keep_hours", k->form)) {
        j->error = "export_file_failed";
        return false;
    }
    job_step_add(j, c, b, j->done, NULL, NULL);
    return true;
}

static bool file_give(struct marking *k)
{
    struct job *j = k->m->job;
    if (job_ask_until(j, ENTER_DURABLE, file_fill, k) != JOB_OK)
        return false;
    j->result = arena_strdup(j->arena, k->file.id);
    return true;
}

bool import_mark(struct import *m, struct sheet *s)
{
    struct marking *k = arena_alloc(m->job->arena, sizeof *k);
    struct sheet_row head;
    struct sheet_fault fault;
    bool ok;
    k->m = m;
    k->form = str_eq(sheet_format(s), "xlsx") ? SHEET_XLSX : SHEET_CSV;
    if (m->counts.refused == 0 || m->ncolumns == SHEET_COLUMNS_MAX ||
        sheet_next(s, &head, &fault) != SHEET_ROW)
        return true;
    head_copy(k, &head);
    ok = export_file_begin(m->job, k->form, &k->table, &k->file) && rows_write(k, s) &&
         export_file_end(m->job, &k->file) && file_give(k);
    export_file_close(&k->file);
    arena_free(k->faults.arena);
    return ok;
}
