/* Import of a record from a table (导入). The file is read as a stream, in chunks of a few hundred
 * rows; a chunk goes
 *
 *   cells → values (import_cell.c) → rows found, references resolved (import_find.c) → the checks
 *   of the API (input.h) → what the database would refuse (import_check.c) → one transaction of
 *   rows, history, audit and the job's progress (import_write.c)
 *
 * so that a kill between two transactions loses nothing and doubles nothing. A transaction that the
 * database refuses is halved until the row that it refuses stands alone. Private to core/record. */
#ifndef WULIAN_RECORD_IMPORT_H
#define WULIAN_RECORD_IMPORT_H

#include "job/job.h"
#include "record/bulk.h"
#include "record/input.h"
#include "sheet/sheet.h"

enum {
    IMPORT_ROWS = 500,             /* in a chunk */
    IMPORT_ROWS_LINKED = 40,       /* … when each also changes the request it came from */
    IMPORT_CHUNK_BYTES = 4 << 20,  /* text in a chunk, unless one row alone has more */
    IMPORT_ROW_FAULTS = 12,
    IMPORT_CHUNK_ARENA = 256 << 20
};

/* What a column of the file is, besides a field's index. */
enum { IMPORT_ID = -1, IMPORT_DIV = -2, IMPORT_IGNORED = -3 };

enum import_mode { IMPORT_CREATE, IMPORT_UPDATE, IMPORT_UPSERT };

struct import_fault {
    const char *col; /* name of the field; NULL: the row */
    const char *code, *text;
};

enum import_act { ROW_CREATE, ROW_UPDATE, ROW_SAME, ROW_REFUSED };

struct import_row {
    uint64_t place;      /* as Excel counts */
    const char **value;  /* by column: NULL empty; else a JSON value, but for references: their
                            text */
    enum import_act act;
    const char **found;       /* by column: id that a reference's text stands for; NULL: none */
    const char *id, *version; /* of the row found */
    struct rec_input in;
    struct import_fault fault[IMPORT_ROW_FAULTS];
    int nread;  /* faults of the cells themselves */
    int nfault; /* all */
};

struct import_counts {
    int64_t created, updated, unchanged, refused;
};

struct import {
    struct job *job;
    const struct rec *r;
    enum import_mode mode;
    bool dry;
    int column[SHEET_COLUMNS_MAX], ncolumns; /* what each column of the file is */
    uint64_t mapped;                         /* bit i: field i has a column */
    struct import_counts counts;             /* committed */
    int64_t pending_to;                      /* of a step whose end is not known; 0: none */
    struct import_counts pending;
    /* the chunk */
    struct arena *arena;
    struct import_row *row; /* IMPORT_ROWS of them */
    int n;
    int64_t first; /* rows before it in the file */
    size_t bytes;
};

void import_fault_add(struct import_row *row, const char *col, const char *code, const char *text);
/* Copies what the API's checks said about the row from the call to it. */
void import_faults_take(const struct import *m, const struct call *c, struct import_row *row);
/* A text "fault.<code>" in the asker's language. */
const char *import_text(const struct import *m, const char *code);
bool import_given(const struct import *m, int what, int *column); /* whether some column is that */

/* import_head.c: reads the headings; false with faults at the row when they do not do. */
bool import_head_read(struct import *m, const struct sheet_row *head, struct import_row *faults);
/* import_cell.c: appends a row to the chunk. */
void import_row_add(struct import *m, const struct sheet_row *cells);
/* "true", "12", "\"text\"": a cell as a JSON value of the field; NULL with *fault. */
const char *import_value(struct arena *a, const struct rec_field *f, const struct sheet_cell *cell,
                         const char **fault);

/* The steps of a chunk; c is the call whose arena holds what they find. */
enum job_answer import_find(struct import *m, struct call *c);
void import_convert(struct import *m, struct call *c);
enum job_answer import_check(struct import *m, struct call *c);
enum job_answer import_write(struct import *m, struct call *c);

/* The counts as jsonb text, and read back. */
const char *import_counts_text(struct arena *a, const struct import_counts *n);
struct import_counts import_counts_of(const struct jv *v);

/* import_file.c: a file of the store as a source of cells, and back. */
struct import_source {
    struct sheet_source sheet;
    struct file *file;
    const char *name;
    int64_t at;
};
/* The asker's own uploaded file; false with the job's error set, or when nothing goes on. */
bool import_source_open(struct job *j, const char *id, struct import_source *s);
void import_source_close(struct import_source *s);

/* import_mark.c: makes the marked file the job's result, when rows were refused. */
bool import_mark(struct import *m, struct sheet *s);

/* The job kind "import". */
enum job_end import_run(struct job *j);

#endif
