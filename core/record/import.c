#include "record/import.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "call/messages.h"
#include "iam/hint.h"
#include "json/jw.h"
#include "record/record.h"

enum { LOOK_ROWS = 2000, COUNTS_MAX = 1024, FAULTS_MAX_TEXT = 64 * 1024, ROWS_MOST = 1000000 };

/* ---- texts, faults, counts ------------------------------------------------------------------- */

const char *import_text(const struct import *m, const char *code)
{
    return message(m->job->lang, m->r ? m->r->plugin_gate : NULL,
                   arena_printf(m->job->arena, "fault.%s", code));
}

void import_fault_add(struct import_row *row, const char *col, const char *code, const char *text)
{
    for (int i = 0; i < row->nfault; i++)
        if (col && str_eq(row->fault[i].col, col))
            return; /* one is enough to mend the cell by */
    if (row->nfault < IMPORT_ROW_FAULTS)
        row->fault[row->nfault++] = (struct import_fault){col, code, text};
}

void import_faults_take(const struct import *m, const struct call *c, struct import_row *row)
{
    for (int i = 0; i < c->nfaults; i++) {
        const struct fault *f = &c->faults[i];
        const char *slash = strchr(f->pointer + 1, '/');
        size_t n = slash ? (size_t)(slash - f->pointer - 1) : strlen(f->pointer + 1);
        import_fault_add(row, n ? arena_strndup(m->arena, f->pointer + 1, n) : NULL,
                         arena_strdup(m->arena, f->code), arena_strdup(m->arena, f->detail));
    }
}

const char *import_counts_text(struct arena *a, const struct import_counts *n)
{
    return arena_printf(a,
                        "{\"created\":%lld,\"updated\":%lld,\"unchanged\":%lld,\"refused\":%lld}",
                        (long long)n->created, (long long)n->updated, (long long)n->unchanged,
                        (long long)n->refused);
}

struct import_counts import_counts_of(const struct jv *v)
{
    struct import_counts n = {0};
    jv_int(jv_get(v, "created"), &n.created);
    jv_int(jv_get(v, "updated"), &n.updated);
    jv_int(jv_get(v, "unchanged"), &n.unchanged);
    jv_int(jv_get(v, "refused"), &n.refused);
    return n;
}

/* ---- steps without rows ---------------------------------------------------------------------- */

static const char *faults_json(struct arena *a, const struct import_row *row)
{
    struct buf b;
    struct jw w;
    const char *out;
    buf_init(&b, FAULTS_MAX_TEXT);
    jw_init(&w, &b);
    jw_array(&w);
    for (int i = 0; row && i < row->nfault; i++) {
        jw_array(&w);
        jw_int(&w, (int64_t)row->place);
        jw_text(&w, row->fault[i].col);
        jw_text(&w, row->fault[i].code);
        jw_text(&w, row->fault[i].text);
        jw_end(&w, ']');
    }
    jw_end(&w, ']');
    out = b.over ? "[]" : arena_strndup(a, b.p, b.n);
    buf_free(&b);
    return out;
}

struct reporting {
    const struct import *m;
    const struct import_row *faults;
};

static bool report_fill(struct job *j, struct call *c, struct db_batch *b, void *data)
{
    const struct reporting *r = data;
    job_step_add(j, c, b, j->done, import_counts_text(c->arena, &r->m->counts),
                 faults_json(c->arena, r->faults));
    return true;
}

/* Says how far it is, and what is wrong with the file as a whole. */
static bool report(struct import *m, const struct import_row *faults)
{
    struct reporting r = {m, faults};
    return job_ask_until(m->job, ENTER_DURABLE, report_fill, &r) == JOB_OK;
}

/* What the reader of tables has to say about the file. */
static bool file_refuse(struct import *m, const struct sheet_fault *fault)
{
    struct import_row row = {.place = fault->row};
    const char *code = arena_strdup(m->job->arena, fault->code);
    import_fault_add(&row, NULL, code, import_text(m, code));
    if (report(m, &row))
        m->job->error = "import_file_refused";
    return false;
}

/* ---- a chunk --------------------------------------------------------------------------------- */

static void chunk_begin(struct import *m)
{
    arena_free(m->arena);
    m->arena = arena_new(IMPORT_CHUNK_ARENA);
    m->first += m->n;
    m->n = 0;
    m->bytes = 0;
}

static enum job_answer chunk_try(struct import *m, struct call *c)
{
    enum job_answer answer = import_find(m, c);
    if (answer != JOB_OK)
        return answer;
    import_convert(m, c);
    answer = import_check(m, c);
    return answer == JOB_OK ? import_write(m, c) : answer;
}

/* A step whose end nobody saw: the job's row says whether it was made. */
static void pending_settle(struct import *m)
{
    if (m->pending_to && m->job->done == m->pending_to)
        m->counts = m->pending;
    m->pending_to = 0;
}

/* All of the chunk, whatever happens to connections and sessions on the way. */
static bool chunk_do(struct import *m)
{
    while (m->job->done < m->first + m->n) {
        struct call *c = job_call(m->job);
        if (!c)
            return false;
        enum job_answer answer = chunk_try(m, c);
        call_free(c);
        if (answer == JOB_RETRY)
            pending_settle(m);
        else if (answer != JOB_OK)
            return false;
    }
    return true;
}

static bool chunk_full(const struct import *m)
{
    bool linked = m->r->origin >= 0 && (m->mapped >> m->r->origin & 1);
    return m->n == (linked ? IMPORT_ROWS_LINKED : IMPORT_ROWS) || m->bytes >= IMPORT_CHUNK_BYTES;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Reads the whole file before anything of it is written: that it is whole, and how many rows. */
static bool rows_count_all(struct import *m, struct sheet *s)
{
    struct sheet_row row;
    struct sheet_fault fault;
    enum sheet_step step;
    int64_t n = -1; /* the headings are no row */
    while ((step = sheet_next(s, &row, &fault)) == SHEET_ROW) {
        if (++n % LOOK_ROWS == 0 && !job_goes_on(m->job))
            return false;
        if (n > ROWS_MOST) {
            m->job->error = "import_too_many";
            return false;
        }
    }
    if (step == SHEET_FAULT)
        return file_refuse(m, &fault);
    m->job->total = n;
    if (n < 1)
        m->job->error = "import_empty";
    return n >= 1;
}

static bool head_take(struct import *m, struct sheet *s)
{
    struct import_row faults = {0};
    struct sheet_row row;
    struct sheet_fault fault;
    if (sheet_next(s, &row, &fault) != SHEET_ROW)
        return file_refuse(m, &fault);
    if (import_head_read(m, &row, &faults))
        return true;
    if (report(m, &faults))
        m->job->error = "import_headings";
    return false;
}

/* Rows that earlier attempts dealt with are passed over. */
static bool rows_skip(struct import *m, struct sheet *s)
{
    struct sheet_row row;
    struct sheet_fault fault;
    for (; m->first < m->job->done; m->first++) {
        if (m->first % LOOK_ROWS == 0 && !job_goes_on(m->job))
            return false;
        if (sheet_next(s, &row, &fault) != SHEET_ROW)
            return file_refuse(m, &fault);
    }
    return true;
}

static bool rows_take(struct import *m, struct sheet *s)
{
    struct sheet_row row;
    struct sheet_fault fault;
    enum sheet_step step = SHEET_ROW;
    chunk_begin(m);
    while (step == SHEET_ROW) {
        step = sheet_next(s, &row, &fault);
        if (step == SHEET_ROW)
            import_row_add(m, &row);
        if (step == SHEET_FAULT)
            return file_refuse(m, &fault);
        if (step == SHEET_END || chunk_full(m)) {
            if (!chunk_do(m))
                return false;
            chunk_begin(m);
        }
    }
    return true;
}

static bool with_sheet(struct import *m, struct import_source *source,
                       bool (*work)(struct import *m, struct sheet *s))
{
    struct sheet_fault fault;
    struct sheet *s;
    bool ok;
    source->at = 0;
    s = sheet_open(&source->sheet, &fault);
    if (!s)
        return file_refuse(m, &fault);
    ok = work(m, s);
    sheet_close(s);
    return ok;
}

static bool rows_import(struct import *m, struct sheet *s)
{
    /* a step without rows would look like progress to whoever counts the tries */
    bool begun = m->job->attempt > 1;
    return head_take(m, s) && (begun || report(m, NULL)) && rows_skip(m, s) && rows_take(m, s);
}

/* ---- the job --------------------------------------------------------------------------------- */

static enum import_mode mode_of(const char *word)
{
    return str_eq(word, "update")   ? IMPORT_UPDATE
           : str_eq(word, "upsert") ? IMPORT_UPSERT
                                    : IMPORT_CREATE;
}

static bool import_open(struct import *m, struct job *j)
{
    m->job = j;
    m->r = rec_find(j->object);
    m->mode = mode_of(jv_text(jv_get(j->params, "mode")));
    jv_bool(jv_get(j->params, "dry_run"), &m->dry);
    m->counts = import_counts_of(j->counts);
    if (!m->r || !m->r->bulk || !(m->r->verbs & REC_IMPORT)) {
        j->error = "job_kind_unknown";
        return false;
    }
    m->row = mem_array(IMPORT_ROWS, sizeof *m->row);
    return true;
}

enum job_end import_run(struct job *j)
{
    struct import m = {0};
    struct import_source source = {0};
    struct rec_op data = {0};
    enum job_end end = JOB_FAILED;
    if (!import_open(&m, j))
        goto out;
    data.r = m.r;
    job_data(j, &data);
    if (!import_source_open(j, j->file, &source) ||
        (!j->total && !with_sheet(&m, &source, rows_count_all)) ||
        !with_sheet(&m, &source, rows_import) || !with_sheet(&m, &source, import_mark))
        end = job_end_of(j);
    else
        end = JOB_DONE;
out:
    import_source_close(&source);
    arena_free(m.arena);
    mem_free(m.row);
    return end;
}
