/* A file in memory, read as a sheet and shown as text. */
#ifndef TEST_SHEET_SHOW_H
#define TEST_SHEET_SHOW_H

#include "base/buf.h"
#include "sheet/sheet.h"

struct bytes {
    const char *p;
    size_t n;
    size_t at;    /* of read */
    size_t chunk; /* most bytes given at once; 0: all */
};

struct sheet_source bytes_source(struct bytes *b, bool seekable);
/* The rows as "1:text|text\n", cells that are no text with a letter before them (n number, d date,
 * b bool, e error), then "end" or "code row column offset". */
void sheet_show(const struct sheet_source *source, struct buf *out);
/* The same of these bytes, seekable, whole; the result lives until the next call. */
const char *shown(const char *p, size_t n);

#endif
