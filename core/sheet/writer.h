/* What the writers share; inside core/sheet only. */
#ifndef WULIAN_SHEET_WRITER_H
#define WULIAN_SHEET_WRITER_H

#include "base/buf.h"
#include "sheet/write.h"
#include "sheet/zip_write.h"

enum { XLSX_ROWS_MAX = 1048576, SHEETS_MAX = 100 };

/* Cell formats of styles.xml; the marked ones lie MARKED behind the plain. */
enum xlsx_format {
    FORMAT_GENERAL,
    FORMAT_TEXT,
    FORMAT_MONEY,
    FORMAT_DATE,
    FORMAT_MARKED,
    FORMAT_HEAD = 2 * FORMAT_MARKED,
    FORMAT_HEAD_REQUIRED,
    FORMAT_WRAPPED
};

struct mark {
    uint32_t row;
    unsigned column;
    size_t at; /* in mark_text */
};

struct xlsx_writer {
    const struct sheet_table *table;
    struct zip_writer zip;
    struct buf xml;  /* what is not yet in the zip */
    unsigned sheets; /* data sheets begun */
    uint32_t rows;   /* of the open sheet */
    struct mark *mark;
    size_t marks; /* of the open sheet */
    struct buf mark_text;
    bool commented[SHEETS_MAX + 1];
};

struct xlsx_writer *xlsx_write_open(const struct sheet_table *table, const struct sheet_sink *sink);
bool xlsx_write_row(struct xlsx_writer *w, const struct sheet_value *value, size_t count,
                    const char *faults);
bool xlsx_write_end(struct xlsx_writer *w);
void xlsx_write_free(struct xlsx_writer *w);

/* Gives what xml holds to the open part when it is much, or now. */
void xlsx_flush(struct xlsx_writer *w, bool now);
/* A whole part of what xml holds. */
void xlsx_part(struct xlsx_writer *w, const char *name);
/* A cell of text. */
void xlsx_text_cell(struct buf *b, uint32_t row, unsigned column, int format, const char *text);
/* "A", … "GR" for column 0, … 199. */
void column_name(unsigned column, char out[4]);
/* Character data or an attribute; what XML cannot hold becomes _xHHHH_ as Excel does. At most
 * `units` UTF-16 units, then "…". */
void xml_text(struct buf *b, const char *s, size_t units);

/* The parts that do not grow with the rows: marks of the open sheet, help, choices, book. */
void xlsx_comments(struct xlsx_writer *w);
void xlsx_help(struct xlsx_writer *w);
void xlsx_choices(struct xlsx_writer *w);
void xlsx_validations(struct xlsx_writer *w);
void xlsx_book(struct xlsx_writer *w);
/* Whether any column has a list that Excel shall offer. */
bool has_choices(const struct sheet_table *table);

#endif
