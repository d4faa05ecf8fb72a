/* The file that somebody uploaded, as a source of rows. */
#include <string.h>

#include "call/lazy.h"
#include "file/store.h"
#include "iam/hint.h"
#include "record/import.h"

static struct lazy stmt_file = {
    .sql = "select encode(f.address, 'hex'), f.name from core.file f where " COUNTY_HOLDS("f")
           " and f.id = $2::uuid and f.by = core.actor() and f.state = 'ready'"};

static ssize_t source_pread(void *ctx, void *buf, size_t n, uint64_t offset)
{
    struct import_source *s = ctx;

    return file_read(s->file, (int64_t)offset, buf, n);
}

static ssize_t source_read(void *ctx, void *buf, size_t n)
{
    struct import_source *s = ctx;
    ssize_t got = file_read(s->file, s->at, buf, n);

    s->at += got > 0 ? got : 0;
    return got;
}

/* The row of the file; NULL when there is none of this id and person, or nothing goes on. */
static const char *address_find(struct job *j, const char *id, const char **name)
{
    enum job_answer answer = JOB_RETRY;
    const char *address = NULL;

    while (answer == JOB_RETRY) {
        struct call *c = job_call(j);
        if (!c)
            return NULL;
        struct db_batch *b = batch_new(c->arena, c->deadline);
        const char *p[] = {arena_printf(c->arena, "%d", c->county), id};
        b->repeatable = true;
        enter_add(c, b, ENTER_LOOK);
        lazy_add(b, &stmt_file, 2, p);
        answer = job_ask(j, c, b);
        if (answer == JOB_OK && rows_count(b->item[b->n - 1].rows) == 1) {
            address = arena_strdup(j->arena, rows_text(b->item[b->n - 1].rows, 0, 0));
            *name = arena_strdup(j->arena, rows_text(b->item[b->n - 1].rows, 0, 1));
        }
        call_free(c);
    }
    if (answer == JOB_OK && !address)
        j->error = "import_file_missing";
    return address;
}

/* What cannot be read now is not missing: the disk is waited for as the database is. */
static struct file *file_wait(struct job *j, const char *address)
{
    enum file_fault fault;
    struct file *f;

    do
        f = file_open_read(j->county, address, &fault);
    while (!f && fault == FILE_FAILED && job_again(j));
    if (!f && fault != FILE_FAILED)
        j->error = "import_file_missing";
    return f;
}

bool import_source_open(struct job *j, const char *id, struct import_source *s)
{
    const char *address;

    memset(s, 0, sizeof *s);
    address = address_find(j, id, &s->name);
    s->file = address ? file_wait(j, address) : NULL;
    if (!s->file)
        return false;
    s->sheet = (struct sheet_source){.ctx = s,
                                     .read = source_read,
                                     .pread = source_pread,
                                     .size = (uint64_t)file_size(s->file)};
    return true;
}

void import_source_close(struct import_source *s)
{
    file_close(s->file);
    s->file = NULL;
}
