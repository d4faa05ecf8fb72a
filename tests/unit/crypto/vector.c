#include "crypto/vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/crypto.h"

size_t vector(const char *hex, uint8_t out[VECTOR_MAX])
{
    size_t n = 0;

    assert_true(hex_decode(hex, strlen(hex), out, VECTOR_MAX, &n));
    return n;
}

void assert_vector(const void *p, const char *hex)
{
    uint8_t expected[VECTOR_MAX];
    size_t n = vector(hex, expected);

    assert_memory_equal(p, expected, n);
}
