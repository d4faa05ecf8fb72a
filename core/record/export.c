#include "record/export.h"

#include <string.h>

#include "audit/audit.h"
#include "base/str.h"
#include "iam/hint.h"

/* A kill in the middle begins the file anew: the half-written one is swept away. */
static bool reset_fill(struct job *j, struct call *c, struct db_batch *b, void *data)
{
    (void)data;
    job_step_add(j, c, b, 0, NULL, NULL);
    return true;
}

static bool progress_reset(struct job *j)
{
    enum job_answer answer = job_ask_until(j, ENTER_DURABLE, reset_fill, NULL);
    j->done = 0;
    return answer == JOB_OK;
}

/* What the asker may see is worked out anew for every page: rights may go meanwhile. */
static bool rights_look(struct job *j, struct call *c, struct export *e)
{
    e->lang = j->lang;
    if (export_read(c, e->r, j->params, e) && (!e->plain || (j->approved && !e->masked)))
        return true;
    j->error = "job_rights_lost";
    return false;
}

/* One page; *n rows came, `after` is moved on. */
static enum job_answer page_do(struct job *j, struct call *c, struct export *e,
                               struct export_file *f, char *after, int *n)
{
    struct db_batch *b = batch_new(c->arena, c->deadline);
    enum job_answer answer;
    if (!rights_look(j, c, e))
        return JOB_END;
    enter_add(c, b, ENTER_LOOK);
    b->repeatable = true;
    if (!export_page_add(c, b, e, *after ? after : NULL, EXPORT_PAGE)) {
        j->error = "too_many_shapes";
        return JOB_END;
    }
    answer = job_ask(j, c, b);
    if (answer != JOB_OK)
        return answer;
    *n = rows_count(b->item[1].rows);
    if (!export_rows_write(c, e, b->item[1].rows, *n, f->writer)) {
        j->error = "export_file_failed";
        return JOB_END;
    }
    if (*n > 0)
        str_format(after, UUID_TEXT, "%s", rows_text(b->item[1].rows, *n - 1, HEAD_ID));
    return JOB_OK;
}

static bool progress_tell(struct job *j, int64_t to)
{
    enum job_answer answer = JOB_OK;
    while (j->done < to && (answer == JOB_OK || answer == JOB_RETRY)) {
        struct call *c = job_call(j);
        if (!c)
            return false;
        struct db_batch *b = batch_new(c->arena, c->deadline);
        enter_add(c, b, ENTER_LOOK);
        job_step_add(j, c, b, to, NULL, NULL);
        answer = job_ask(j, c, b);
        call_free(c);
        if (answer == JOB_OK)
            j->done = to;
    }
    return j->done == to;
}

static bool pages_do(struct job *j, struct export *e, struct export_file *f)
{
    char after[UUID_TEXT] = "";
    int n = EXPORT_PAGE;
    while (n == EXPORT_PAGE) {
        struct call *c = job_call(j);
        if (!c)
            return false;
        enum job_answer answer = page_do(j, c, e, f, after, &n);
        call_free(c);
        if (answer == JOB_OK && !progress_tell(j, j->done + n))
            return false;
        if (answer != JOB_OK && answer != JOB_RETRY)
            return false;
    }
    return true;
}

struct giving {
    const struct export *e;
    const struct export_file *file;
};

/* The file becomes the asker's in the transaction that says so in the audit. */
static bool file_fill(struct job *j, struct call *c, struct db_batch *b, void *data)
{
    const struct giving *g = data;
    const struct export *e = g->e;
    if (!export_file_add(c, b, g->file, e->table.name, "export.keep_hours", e->form)) {
        j->error = "keys_missing";
        return false;
    }
    audit_add(c, b, "export", e->r->name, j->id, 0, export_fields(c, e), (int)j->done);
    j->total = j->done;
    job_step_add(j, c, b, j->done,
                 arena_printf(c->arena, "{\"exported\":%lld}", (long long)j->done), NULL);
    return true;
}

static bool file_give(struct job *j, const struct export *e, const struct export_file *f)
{
    struct giving g = {e, f};
    return job_ask_until(j, ENTER_DURABLE, file_fill, &g) == JOB_OK;
}

static bool export_open(struct job *j, struct export *e)
{
    struct call *c;
    bool ok;
    e->r = rec_find(j->object);
    if (!e->r || !(e->r->verbs & REC_EXPORT)) {
        j->error = "job_kind_unknown";
        return false;
    }
    c = job_call(j);
    ok = c && rights_look(j, c, e);
    if (ok)
        export_columns(j->arena, e);
    call_free(c);
    return ok;
}

enum job_end export_run(struct job *j)
{
    struct export e = {0};
    struct export_file f = {0};
    enum job_end end;
    bool ok = export_open(j, &e) && progress_reset(j) &&
              export_file_begin(j, e.form, &e.table, &f) && pages_do(j, &e, &f) &&
              export_file_end(j, &f) && file_give(j, &e, &f);
    if (ok)
        j->result = arena_strdup(j->arena, f.id);
    end = ok ? JOB_DONE : job_end_of(j);
    export_file_close(&f);
    return end;
}
