/* A source with a window of 64 KiB over it; inside core/sheet only. */
#ifndef WULIAN_SHEET_INPUT_H
#define WULIAN_SHEET_INPUT_H

#include "sheet/sheet.h"

enum { INPUT_WINDOW = 64 * 1024 };

struct input {
    const struct sheet_source *source;
    uint64_t offset; /* of window[at] in the file */
    size_t at, n;
    bool end, failed;
    unsigned char window[INPUT_WINDOW];
};

void input_init(struct input *in, const struct sheet_source *source);
/* Takes more of the source until at least `want` bytes (≤ INPUT_WINDOW) wait behind `at` or the
 * source ends. Returns how many wait. */
size_t input_fill(struct input *in, size_t want);
void input_skip(struct input *in, size_t n);
/* Exactly n bytes of any place; false past the end or when the source fails. */
bool input_pread(const struct sheet_source *source, void *buf, size_t n, uint64_t offset);

/* Fills *fault; always returns false. */
bool sheet_fault_set(struct sheet_fault *fault, const char *code, uint64_t row, unsigned column,
                     uint64_t offset);

#endif
