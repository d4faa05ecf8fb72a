/* What a file is, by its first bytes; inside core/sheet only. */
#ifndef WULIAN_SHEET_KIND_H
#define WULIAN_SHEET_KIND_H

#include "sheet/sheet.h"

enum file_kind { FILE_TEXT, FILE_ZIP, FILE_REFUSED };

/* FILE_REFUSED fills *fault. A source without pread is read from its start; `head` keeps what was
 * taken. */
enum file_kind file_kind_tell(const struct sheet_source *source, const unsigned char *head,
                              size_t n, struct sheet_fault *fault);

#endif
