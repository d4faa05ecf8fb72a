/* Growing byte buffer with a ceiling. Appending past the ceiling drops the bytes and sets `over`,
 * which stays set: writers append freely and the owner asks once, at the end. */
#ifndef WULIAN_BASE_BUF_H
#define WULIAN_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *p;    /* always NUL-terminated after the first append; NULL while empty */
    size_t n;   /* bytes used, without the NUL */
    size_t cap; /* bytes allocated */
    size_t max; /* ceiling for n */
    bool over;  /* something did not fit */
};

/* An empty buffer; allocates nothing yet. */
void buf_init(struct buf *b, size_t max);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The slow half of buf_room. */
char *buf_room_make(struct buf *b, size_t n);
/* Makes room for n more bytes and returns where to write them (then the caller adds to b->n), or
 * NULL (and sets over) when the ceiling forbids it. */
static inline char *buf_room(struct buf *b, size_t n)
{
    /* bytes allocated never pass the ceiling, so what fits into them needs no other look */
    return !b->over && n < b->cap - b->n ? b->p + b->n : buf_room_make(b, n);
}
/* Some n more bytes are to come: makes room at once for as many as may. */
void buf_expect(struct buf *b, size_t n);
/* Gives the bytes to the caller, who frees them with buf_bytes_free; the buffer is empty again. */
char *buf_take(struct buf *b, size_t *n);
void buf_bytes_free(void *p);
void buf_reset(struct buf *b);
void buf_free(struct buf *b);

#endif
