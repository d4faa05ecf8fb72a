/* Vertically merged cells: the value stands in the first row only and means all of them; inside
 * core/sheet only. The list of them comes behind the rows, so it is read in a pass of its own, for
 * sheets that hands make; in a large one they are a fault. */
#ifndef WULIAN_SHEET_MERGE_H
#define WULIAN_SHEET_MERGE_H

#include "sheet/row.h"
#include "sheet/zip_read.h"

enum { MERGES_MAX = 100000, MERGE_SHEET_MAX = 64 * 1024 * 1024 };

struct merges;

/* Whether this range ("A2:A5") covers more than one row. */
bool merge_repeats(const char *ref);
/* *out: those of the sheet, or NULL when it is large. Returns NULL or the code of a fault. */
const char *merges_read(const struct zip_read *z, const char *part, struct merges **out);
/* Repeats the values that columns [b->columns, column) of this row have from above. False: a
 * ceiling. */
bool merges_fill(struct merges *m, struct row_build *b, uint32_t row, size_t column);
/* Remembers the cell just ended if a range starts with it. */
void merges_keep(struct merges *m, const struct row_build *b, uint32_t row, size_t column);
void merges_free(struct merges *m);

#endif
