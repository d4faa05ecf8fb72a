/* Reading XLSX (ECMA-376, transitional and strict); inside core/sheet only. */
#ifndef WULIAN_SHEET_XLSX_H
#define WULIAN_SHEET_XLSX_H

#include "sheet/sheet.h"

struct xlsx;

/* NULL and *fault; the source has pread. */
struct xlsx *xlsx_open(const struct sheet_source *source, struct sheet_fault *fault);
enum sheet_step xlsx_next(struct xlsx *x, struct sheet_row *row, struct sheet_fault *fault);
uint64_t xlsx_consumed(const struct xlsx *x);
void xlsx_close(struct xlsx *x);

#endif
