/* A row while it is being read: its texts in one buffer, its cells by place. Inside core/sheet. */
#ifndef WULIAN_SHEET_ROW_H
#define WULIAN_SHEET_ROW_H

#include "base/buf.h"
#include "sheet/sheet.h"

struct row_slot {
    enum sheet_kind kind;
    size_t at, n; /* text */
    size_t raw;   /* start of raw; the same as at for most */
};

struct row_build {
    struct buf text;
    size_t columns; /* slots in use */
    struct row_slot slot[SHEET_COLUMNS_MAX];
    struct sheet_cell cell[SHEET_COLUMNS_MAX];
    const char *code; /* the ceiling that was passed; NULL: none */
};

void row_init(struct row_build *b);
void row_clear(struct row_build *b);
/* Opens the cell of this column (from 0); those left out before it become empty. False: too many.
 */
bool row_cell(struct row_build *b, size_t column);
/* To the text of the open cell. False: a ceiling. */
bool row_add(struct row_build *b, const char *p, size_t n);
/* Ends the open cell; without text it becomes SHEET_EMPTY unless it is an error. */
void row_cell_end(struct row_build *b, enum sheet_kind kind);
/* What the file holds for the cell just ended, where that is not its text. */
void row_raw(struct row_build *b, const char *p, size_t n);
/* Whether any cell has a value; then *row shows it. */
bool row_show(struct row_build *b, uint64_t number, bool from_1904, struct sheet_row *row);
void row_free(struct row_build *b);

#endif
