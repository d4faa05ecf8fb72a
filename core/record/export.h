/* Export of a record as a table (导出): the rows of a list, in the order of their ids, with its
 * scope, filters, masks and class rules. Private to core/record. */
#ifndef WULIAN_RECORD_EXPORT_H
#define WULIAN_RECORD_EXPORT_H

#include "job/job.h"
#include "record/filter.h"
#include "record/record.h"
#include "sheet/write.h"

enum { EXPORT_FILTERS_MAX = 16, EXPORT_PAGE = 1000 };

struct export {
    const struct rec *r;
    enum sheet_form form;
    enum lang lang;
    bool plain;   /* asked for without masks */
    bool masked;  /* what is written is what a masked reader sees */
    uint64_t wanted;
    struct filter filters[EXPORT_FILTERS_MAX];
    int nfilters;
    unsigned overdue; /* as in struct list */
    /* the table */
    struct sheet_column column[REC_FIELDS_MAX + 2];
    int field[REC_FIELDS_MAX + 2]; /* by column; -1 id, -2 division */
    int ncolumns;
    struct sheet_table table;
};

/* Reads {"format","fields","filter","overdue","plain"}; adds faults to the call, whose c->masked it
 * sets. False with the reply set. */
bool export_read(struct call *c, const struct rec *r, const struct jv *v, struct export *e);
/* The same from query parameters: format, fields and filters as a list has them. */
bool export_query_read(struct call *c, const struct rec *r, struct export *e);
/* Works out the columns; texts in the arena. */
void export_columns(struct arena *a, struct export *e);

/* Adds the page behind `after` (NULL: the first), at most `limit` rows. False: too many shapes of
 * statements. */
bool export_page_add(struct call *c, struct db_batch *b, const struct export *e, const char *after,
                     int limit);
/* Writes rows [0, n) of a page. */
bool export_rows_write(struct call *c, const struct export *e, const struct db_rows *rows, int n,
                       struct sheet_writer *w);
/* text[] for the audit: fields, and the names of the filters behind a question mark. */
const char *export_fields(struct call *c, const struct export *e);

/* export_file.c: a table being written into the store. */
struct file;
struct export_file {
    struct file *file;
    char id[UUID_TEXT];
    struct sheet_writer *writer;
    struct sheet_sink sink;
};
bool export_file_begin(struct job *j, enum sheet_form form, const struct sheet_table *table,
                       struct export_file *f);
/* Puts it in place; the parameters of its row in core.file then come with export_file_add. */
bool export_file_end(struct job *j, struct export_file *f);
bool export_file_add(struct call *c, struct db_batch *b, const struct export_file *f,
                     const char *name, const char *keep_key, enum sheet_form form);
void export_file_close(struct export_file *f);

/* The job kind "export". */
enum job_end export_run(struct job *j);

#endif
