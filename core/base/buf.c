#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_ROOM = 256 };

void buf_init(struct buf *b, size_t max)
{
    assert(max < SIZE_MAX / 2);
    *b = (struct buf){.max = max};
}

/* Doubling keeps appends linear; the ceiling cuts the last step. */
static void grow(struct buf *b, size_t need)
{
    size_t cap = b->cap ? b->cap : FIRST_ROOM;

    while (cap < need)
        cap *= 2;
    if (cap > b->max + 1)
        cap = b->max + 1;
    b->p = mem_realloc(b->p, cap);
    b->cap = cap;
}

char *buf_room_make(struct buf *b, size_t n)
{
    if (b->over || n > b->max - b->n) {
        b->over = true;
        return NULL;
    }
    if (b->cap == 0 || n > b->cap - b->n - 1) {
        grow(b, b->n + n + 1);
        b->p[b->n] = '\0';
    }
    return b->p + b->n;
}

void buf_expect(struct buf *b, size_t n)
{
    size_t left = b->max - b->n;

    (void)buf_room(b, n < left ? n : left);
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    char *at = buf_room(b, n);

    if (!at)
        return;
    if (n)
        memcpy(at, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
    char *at = buf_room(b, 1);

    if (!at)
        return;
    at[0] = c;
    at[1] = '\0';
    b->n++;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    char *at;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        mem_die("wulian: buf_printf: bad format");
    at = buf_room(b, (size_t)n);
    if (!at)
        return;
    va_start(ap, fmt);
    vsnprintf(at, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

char *buf_take(struct buf *b, size_t *n)
{
    char *p = b->p;

    if (n)
        *n = b->n;
    buf_init(b, b->max);
    return p;
}

void buf_bytes_free(void *p)
{
    mem_free(p);
}

void buf_reset(struct buf *b)
{
    b->n = 0;
    b->over = false;
    if (b->p)
        b->p[0] = '\0';
}

void buf_free(struct buf *b)
{
    mem_free(b->p);
    buf_init(b, b->max);
}
