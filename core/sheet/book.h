/* What an XLSX says outside its rows: which part is the sheet, date formats, shared strings; inside
 * core/sheet only. */
#ifndef WULIAN_SHEET_BOOK_H
#define WULIAN_SHEET_BOOK_H

#include "sheet/strings.h"
#include "sheet/zip_read.h"

enum { BOOK_FORMATS_MAX = 65536, BOOK_SHEETS_MAX = 1000 };

struct book {
    struct zip_read zip;
    char sheet[ZIP_PATH]; /* the part of the first visible sheet */
    bool from_1904;
    uint8_t *dated; /* by cell format: it shows a date or time */
    size_t formats;
    struct strings *strings; /* NULL: none */
};

/* NULL or the code of a fault; book_close after both. */
const char *book_open(struct book *b, const struct sheet_source *source);
void book_close(struct book *b);

/* Whether a number format shows a date or a time: 14, 31 …; yyyy"年"m"月". Exposed for its test. */
bool format_dated(unsigned id, const char *code);
/* Undoes Excel's _x000D_ in place, dropping what may not stand in text; the new length. */
size_t excel_unescape(char *s, size_t n);

#endif
