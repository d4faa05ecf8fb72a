/* Tables that people send: rows of cells in, one after the other, from CSV and XLSX, told apart by
 * content. Memory is bounded whatever the file: a row, a window of text and, for XLSX, the shared
 * strings, packed. Nothing here knows of records; what Excel did to a value is damage.h's matter.
 */
#ifndef WULIAN_SHEET_SHEET_H
#define WULIAN_SHEET_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    SHEET_COLUMNS_MAX = 200,
    SHEET_CELL_MAX = 64 * 1024,  /* bytes of UTF-8 in one cell */
    SHEET_ROW_MAX = 1024 * 1024, /* bytes of UTF-8 in one row */
    SHEET_CODE_TEXT = 40
};

/* Where the file comes from. `pread` gives bytes of any place (an XLSX is a zip and needs that)
 * with `size` the whole length; without it `read` gives the next bytes and only CSV can be read.
 * Both return how many bytes they gave (fewer than n is fine), 0 at the end, -1 for a failure. */
struct sheet_source {
    void *ctx;
    ssize_t (*read)(void *ctx, void *buf, size_t n);
    ssize_t (*pread)(void *ctx, void *buf, size_t n, uint64_t offset);
    uint64_t size;
};

enum sheet_kind {
    SHEET_EMPTY,
    SHEET_TEXT,   /* every CSV cell that is not empty */
    SHEET_NUMBER, /* text: plain decimal digits as Excel shows them (15 significant), no exponent */
    SHEET_DATE,   /* text: 2025-12-01, 2025-12-01 08:30:00, or 08:30:00 for a time of day alone */
    SHEET_BOOL,   /* text: true, false */
    SHEET_ERROR   /* text: #N/A and the like; "" for a formula that was never calculated */
};

struct sheet_cell {
    enum sheet_kind kind;
    bool from_1904;   /* numbers of this file count days from 1904, not 1900 */
    const char *text; /* UTF-8, NUL-terminated, never NULL */
    size_t n;         /* bytes of text */
    const char *raw;  /* what the file holds: 45992 for a date, 4.3112919550820002E+17 for a number;
                         otherwise the same as text */
};

/* Lives until the next call on the sheet. Rows without any value are left out, so `number` (from 1,
 * the row that Excel shows; in CSV the record, headings included) may jump. */
struct sheet_row {
    uint64_t number;
    size_t count; /* up to the last cell that is not empty; the first row: the headings */
    const struct sheet_cell *cell;
};

/* What is wrong with the file as a file. `code` is one of
 *   sheet_empty           no row in it
 *   sheet_read            the source failed
 *   sheet_encoding        neither UTF-8, UTF-16 nor GB18030 at offset
 *   sheet_nul             a zero byte in text
 *   sheet_quote           a quotation mark is opened at row and column and never closed
 *   sheet_cell_long, sheet_row_long, sheet_columns    a ceiling above is passed
 *   sheet_not_table       a PDF, picture, web page or other file that is no table
 *   sheet_old_xls, sheet_xlsb, sheet_ods, sheet_encrypted   save as .xlsx (without password) or CSV
 *   sheet_seek            an XLSX from a source without pread
 *   sheet_broken          the XLSX is damaged or not built as one
 *   sheet_bomb            it would unpack to far more than a table needs
 *   sheet_doctype         its XML declares entities
 *   sheet_strings         more texts than fit into memory: save as CSV
 *   sheet_merged          merged cells in a large file: dissolve them
 * row and column count from 1 and are 0 where they say nothing. */
struct sheet_fault {
    char code[SHEET_CODE_TEXT];
    uint64_t row;
    unsigned column;
    uint64_t offset; /* bytes from the start of a CSV */
};

enum sheet_step { SHEET_ROW, SHEET_END, SHEET_FAULT };

struct sheet;

/* NULL and *fault when the file cannot be read as a table. `source` must outlive the sheet. An XLSX
 * opens its first visible sheet. */
struct sheet *sheet_open(const struct sheet_source *source, struct sheet_fault *fault);
/* The next row; SHEET_FAULT fills *fault and ends the sheet for good. Vertically merged cells
 * repeat their value downwards. */
enum sheet_step sheet_next(struct sheet *s, struct sheet_row *row, struct sheet_fault *fault);
/* "csv" or "xlsx". */
const char *sheet_format(const struct sheet *s);
/* How far the reading is: bytes of the file taken so far. */
uint64_t sheet_consumed(const struct sheet *s);
/* NULL is fine. */
void sheet_close(struct sheet *s);

#endif
