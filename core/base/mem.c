#include "base/mem.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void mem_trim(void)
{
    malloc_trim(0);
}

_Noreturn void mem_die(const char *text)
{
    char line[256];
    size_t n = strnlen(text, sizeof line - 1);

    memcpy(line, text, n);
    line[n++] = '\n';
    /* abort() follows whether or not the line got out */
    if (write(STDERR_FILENO, line, n) < 0)
        abort();
    abort();
}

static size_t product(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        mem_die("wulian: allocation size overflows");
    return count * size;
}

void *mem_alloc(size_t n)
{
    return mem_array(n, 1);
}

void *mem_array(size_t count, size_t size)
{
    size_t n = product(count, size);
    /* calloc(0) may be NULL, which callers may not see */
    void *p = calloc(1, n ? n : 1);

    if (!p)
        mem_die("wulian: out of memory");
    return p;
}

void *mem_realloc(void *p, size_t n)
{
    void *q = realloc(p, n ? n : 1);

    if (!q)
        mem_die("wulian: out of memory");
    return q;
}

void *mem_resize(void *p, size_t count, size_t size)
{
    return mem_realloc(p, product(count, size));
}

char *mem_strdup(const char *s)
{
    size_t n;

    if (!s)
        return NULL;
    n = strlen(s) + 1;
    return memcpy(mem_alloc(n), s, n);
}

void mem_free(void *p)
{
    free(p);
}
