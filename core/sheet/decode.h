/* Bytes of a text file as UTF-8. Which encoding it is, is decided by the byte order mark, by zero
 * bytes, or at the first byte that is not ASCII, whichever comes first: until then they all read
 * the same, and there 64 KiB of the file tell. */
#ifndef WULIAN_SHEET_DECODE_H
#define WULIAN_SHEET_DECODE_H

#include <iconv.h>

#include "sheet/input.h"

enum { DECODE_OUT = 16 * 1024 };

enum encoding {
    ENCODING_ASCII,
    ENCODING_UTF8,
    ENCODING_UTF16LE,
    ENCODING_UTF16BE,
    ENCODING_GB18030
};

struct decode {
    struct input in;
    enum encoding encoding; /* ENCODING_ASCII: undecided so far */
    iconv_t iconv;
    size_t at, n;     /* of out */
    const char *code; /* what stops the text behind out[n]; NULL: nothing so far */
    char out[DECODE_OUT];
};

/* Looks at the file's head. */
void decode_init(struct decode *d, const struct sheet_source *source);
/* Makes out[at..n) not empty; false at the end or (code set) at a fault, which lies at
 * d->in.offset. */
bool decode_more(struct decode *d);
void decode_free(struct decode *d);

/* How many of the n bytes are valid UTF-8 without zero bytes. *cut: what stops there is a sequence
 * that the end cut off. */
size_t utf8_span(const unsigned char *p, size_t n, bool *cut);

#endif
