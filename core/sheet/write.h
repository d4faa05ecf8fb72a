/* Tables that people are given: rows of cells out, as CSV (UTF-8 with the byte order mark that
 * Excel wants) or XLSX, streamed to a callback: no temporary file, no row kept. Every value is a
 * value: what begins like a formula cannot become one. */
#ifndef WULIAN_SHEET_WRITE_H
#define WULIAN_SHEET_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sheet/sheet.h"

enum { SHEET_CHOICES_MAX = 5000, SHEET_MARKS_MAX = 20000 };

enum sheet_form { SHEET_CSV, SHEET_XLSX };

/* False ends the writing; sheet_write_end then says false too. */
struct sheet_sink {
    void *ctx;
    bool (*write)(void *ctx, const void *buf, size_t n);
};

/* How Excel is told to treat a column, also below the last row (templates). */
enum sheet_style {
    SHEET_AS_TEXT,   /* id numbers, phones, codes: Excel must not count with them */
    SHEET_AS_NUMBER, /* general */
    SHEET_AS_MONEY,  /* 0.00 */
    SHEET_AS_DATE    /* yyyy-mm-dd */
};

struct sheet_column {
    const char *title;
    const char *meaning; /* for the sheet that explains; NULL: none */
    const char *example; /* for the same; NULL: none */
    bool required;       /* marked in the heading's colour and in the explanation */
    unsigned width;      /* characters of half width; 0: by the title */
    enum sheet_style style;
    const char *const
        *choices; /* what may be chosen; up to SHEET_CHOICES_MAX, more are not listed */
    size_t choices_count;
};

/* Everything is borrowed until sheet_write_end. Texts are in the reader's language; the NULL ones
 * leave their part away. */
struct sheet_table {
    const char *name; /* of the sheet; what Excel forbids in it becomes '_' */
    const struct sheet_column *column;
    size_t columns;            /* 1..SHEET_COLUMNS_MAX, one less with `faults` */
    const char *faults;        /* title of one more column that tells each row's faults in words */
    const char *help;          /* name of the second sheet: 填写说明 */
    const char *help_head[4];  /* its headings: column, required, meaning, example */
    const char *required_word; /* 必填 */
    const char *const *help_line; /* lines above its table */
    size_t help_lines;
    const char *choice_title; /* heading and text of Excel's refusal of what is not in the list */
    const char *choice_text;
};

struct sheet_value {
    enum sheet_kind kind; /* NUMBER: `text` is a decimal number; DATE: 2025-12-01; BOOL: true,
                             false; what is not falls back to text. ERROR is written as text */
    const char *text;     /* NULL: empty */
    const char *fault; /* why the cell is wrong: filled red with this as its comment; NULL: fine */
};

struct sheet_writer;

/* Writes the headings. Never NULL; a sink's refusal shows at the end. */
struct sheet_writer *sheet_write_open(enum sheet_form form, const struct sheet_table *table,
                                      const struct sheet_sink *sink);
/* Up to `count` values, the rest empty. `fault` (NULL: none) is a fault of the whole row and stands
 * first in the column of faults. A sheet that is full (1,048,576 rows) is followed by another with
 * the same headings. Beyond SHEET_MARKS_MAX comments, cells are coloured only. False: the sink
 * refused. */
bool sheet_write_row(struct sheet_writer *w, const struct sheet_value *value, size_t count,
                     const char *fault);
/* Writes what comes last. False: the file is not whole. */
bool sheet_write_end(struct sheet_writer *w);
/* After or without sheet_write_end. NULL is fine. */
void sheet_write_free(struct sheet_writer *w);

#endif
