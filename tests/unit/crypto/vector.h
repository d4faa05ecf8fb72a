/* Hex vectors of standards, compared with what we compute. */
#ifndef WULIAN_TEST_VECTOR_H
#define WULIAN_TEST_VECTOR_H

#include <stddef.h>
#include <stdint.h>

enum { VECTOR_MAX = 256 };

/* Decodes constant hex text; returns its number of bytes. Fails the test when malformed. */
size_t vector(const char *hex, uint8_t out[VECTOR_MAX]);
/* Fails the test unless the bytes at p are exactly those of hex. */
void assert_vector(const void *p, const char *hex);

#endif
