#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

enum { ALIGN = 16, FIRST_CHUNK = 8192, LARGEST_CHUNK = 256 * 1024 };

struct chunk {
    struct chunk *older;
    size_t used, size;
    _Alignas(ALIGN) unsigned char bytes[];
};

struct deferred {
    struct deferred *older;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct chunk *top;
    struct deferred *deferred;
    size_t used, charged, ceiling, next_chunk;
};

struct arena *arena_new(size_t ceiling)
{
    struct arena *a = mem_alloc(sizeof *a);

    a->ceiling = ceiling;
    a->next_chunk = FIRST_CHUNK;
    return a;
}

static void chunk_add(struct arena *a, size_t need)
{
    size_t room = a->next_chunk - sizeof(struct chunk);
    size_t size = need > room ? need : room;
    struct chunk *c = mem_realloc(NULL, sizeof *c + size);

    c->used = 0;
    c->size = size;
    c->older = a->top;
    a->top = c;
    if (a->next_chunk < LARGEST_CHUNK)
        a->next_chunk *= 2;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t need;
    void *p;

    if (n > SIZE_MAX - ALIGN)
        mem_die("wulian: allocation size overflows");
    /* even 0 bytes get an address of their own */
    need = n ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
    if (need > a->ceiling - a->used)
        mem_die("wulian: arena ceiling passed");
    if (!a->top || need > a->top->size - a->top->used)
        chunk_add(a, need);
    p = a->top->bytes + a->top->used;
    a->top->used += need;
    a->used += need;
    return memset(p, 0, n);
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy;

    if (!s)
        return NULL;
    n = strnlen(s, n);
    copy = arena_alloc(a, n + 1);
    memcpy(copy, s, n);
    return copy;
}

char *arena_join(struct arena *a, const char *const *parts)
{
    size_t n = 0;
    char *all, *at;

    for (int i = 0; parts[i]; i++)
        n += strlen(parts[i]);
    all = at = arena_alloc(a, n + 1);
    for (int i = 0; parts[i]; i++)
        at = stpcpy(at, parts[i]);
    return all;
}

char *arena_int(struct arena *a, int64_t n)
{
    char text[INT64_TEXT];
    size_t length = int64_text(n, text);

    return memcpy(arena_alloc(a, length + 1), text, length);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    enum { BRIEF = 128 }; /* holds nearly every text, so that it is not formatted twice */
    char brief[BRIEF];
    va_list again;
    char *s;
    int n;

    va_copy(again, ap);
    n = vsnprintf(brief, sizeof brief, fmt, ap);
    if (n < 0)
        mem_die("wulian: arena_printf: bad format");
    s = arena_alloc(a, (size_t)n + 1);
    if (n < BRIEF)
        memcpy(s, brief, (size_t)n);
    else
        vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    char *s;

    va_start(ap, fmt);
    s = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct deferred *d = arena_alloc(a, sizeof *d);

    d->fn = fn;
    d->arg = arg;
    d->older = a->deferred;
    a->deferred = d;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    while (a->deferred) {
        struct deferred *d = a->deferred;

        /* unlinked first: the call may defer more */
        a->deferred = d->older;
        d->fn(d->arg);
    }
    while (a->top) {
        struct chunk *c = a->top;

        a->top = c->older;
        mem_free(c);
    }
    mem_free(a);
}

void arena_charge(struct arena *a, size_t n)
{
    a->charged += n;
}

size_t arena_used(const struct arena *a)
{
    return a->used + a->charged;
}
