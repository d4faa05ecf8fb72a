/* Heap memory for long-lived structures (connections, tables, servers). What belongs to one call
 * comes from its arena instead. Nothing here returns NULL: out of memory and a size that overflows
 * abort the process with one line, for the master restarts it and half a structure helps nobody. */
#ifndef WULIAN_BASE_MEM_H
#define WULIAN_BASE_MEM_H

#include <stddef.h>

/* n zeroed bytes; n may be 0. The caller frees with mem_free. */
void *mem_alloc(size_t n);
/* count × size zeroed bytes, the product checked. */
void *mem_array(size_t count, size_t size);
/* Resizes; `p` NULL allocates. Bytes past the old size are not zeroed. */
void *mem_realloc(void *p, size_t n);
/* Resizes to count × size bytes, the product checked. */
void *mem_resize(void *p, size_t count, size_t size);
/* A copy that the caller frees with mem_free; `s` NULL gives NULL. */
char *mem_strdup(const char *s);
/* NULL is fine. */
void mem_free(void *p);

/* Gives what is free back to the system: for after a start, whose pages are not needed again. */
void mem_trim(void);

/* Ends the process: one plain line on stderr, then abort(). For our own bugs and for exhaustion,
 * where the log must not be trusted to allocate or format. */
_Noreturn void mem_die(const char *text);

#endif
