/* Reading CSV; inside core/sheet only. RFC 4180 and what else is met: separators , ; and tab, line
 * ends CRLF, LF and CR, text behind a closing quotation mark. */
#ifndef WULIAN_SHEET_CSV_H
#define WULIAN_SHEET_CSV_H

#include "sheet/sheet.h"

struct csv;

struct csv *csv_open(const struct sheet_source *source);
/* The file's first bytes as csv_open left them, marks included (up to 4 KiB and more). */
const unsigned char *csv_head(const struct csv *c, size_t *n);
enum sheet_step csv_next(struct csv *c, struct sheet_row *row, struct sheet_fault *fault);
uint64_t csv_consumed(const struct csv *c);
void csv_close(struct csv *c);

#endif
