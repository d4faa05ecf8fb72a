/* Bytes as a parameter of a statement. */
#ifndef WULIAN_CALL_BYTEA_H
#define WULIAN_CALL_BYTEA_H

#include <stddef.h>

struct arena;

/* "\x0aff": the text form of a bytea, in the arena. */
char *bytea_text(struct arena *a, const void *p, size_t n);

#endif
