/* The shared strings of an XLSX, packed in memory; inside core/sheet only. A million-row file has
 * hundreds of megabytes of them, which must neither stay in memory plain nor lie on disk in the
 * clear: blocks of them are deflated, and a few stay unpacked, for texts are used near to where
 * they were first used, or all over and then in the first blocks. */
#ifndef WULIAN_SHEET_STRINGS_H
#define WULIAN_SHEET_STRINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRINGS_PACKED_MAX = 64 * 1024 * 1024 };

struct strings;

struct strings *strings_new(void);
/* False: more than STRINGS_PACKED_MAX. */
bool strings_add(struct strings *s, const char *p, size_t n);
/* The text number `index`, until the next call; NULL: there is none. */
const char *strings_get(struct strings *s, uint32_t index, size_t *n);
void strings_free(struct strings *s);

#endif
