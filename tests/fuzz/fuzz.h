/* Fuzz targets: each takes any bytes to one parser, and holds what came out against what must be so.
 * libFuzzer finds the bytes (make fuzz); their seeds are in seeds/<target>/. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What holds for every input; a breach ends the run, and libFuzzer keeps the input. */
#define must(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* The bytes up to the next `end` (or all), as text of its own; *at moves behind it. Free it. */
static inline char *fuzz_piece(const uint8_t *p, size_t n, size_t *at, char end)
{
    const uint8_t *stop = *at < n ? memchr(p + *at, end, n - *at) : NULL;
    size_t len = *at < n ? (stop ? (size_t)(stop - p) : n) - *at : 0;
    char *s = malloc(len + 1);

    must(s);
    memcpy(s, p + *at, len);
    s[len] = '\0';
    *at += len + 1;
    return s;
}

#endif
