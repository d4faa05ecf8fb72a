#include "base/uuid.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/time.h"

#define DAY_MS INT64_C(86400000)

/* Milliseconds in the upper 48 bits, their fraction in 1/4096 in the lower 12 (RFC 9562 §6.2,
 * method 3). A clock that stands still or steps back is outrun by counting on. */
static uint64_t stamp_next(void)
{
    static _Atomic uint64_t last;
    uint64_t us = (uint64_t)clock_us();
    uint64_t now = (us / 1000) << 12 | (us % 1000) * 4096 / 1000;
    uint64_t seen = atomic_load(&last);
    uint64_t mine;

    do {
        mine = now > seen ? now : seen + 1;
    } while (!atomic_compare_exchange_weak(&last, &seen, mine));
    return mine;
}

/* n hexadecimal digits of v, highest first; every request takes an id, so no printf. */
static char *hex_write(char *out, uint64_t v, int n)
{
    static const char digits[] = "0123456789abcdef";

    for (int i = n - 1; i >= 0; i--)
        *out++ = digits[v >> (4 * i) & 15];
    return out;
}

/* Asked of the kernel for many at once: every request takes one, and an id is no secret. */
static uint64_t noise_next(void)
{
    enum { MANY = 32 }; /* 256 bytes, the most getentropy gives */
    static _Thread_local uint64_t kept[MANY];
    static _Thread_local int left;

    if (left == 0) {
        if (getentropy(kept, sizeof kept) != 0)
            mem_die("wulian: no randomness from the kernel");
        left = MANY;
    }
    return kept[--left];
}

void uuid7(char out[UUID_TEXT])
{
    uint64_t stamp = stamp_next();
    uint64_t noise = noise_next();
    char *at = out;

    at = hex_write(at, stamp >> 28, 8);
    *at++ = '-';
    at = hex_write(at, stamp >> 12, 4);
    *at++ = '-';
    at = hex_write(at, 0x7000 | (stamp & 0xFFF), 4);
    *at++ = '-';
    at = hex_write(at, 0x8000 | (noise >> 48 & 0x3FFF), 4);
    *at++ = '-';
    at = hex_write(at, noise, 12);
    *at = '\0';
}

bool uuid_valid(const char *s)
{
    for (int i = 0; i < UUID_TEXT - 1; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f');

        if (hyphen ? s[i] != '-' : !hex)
            return false;
    }
    return s[UUID_TEXT - 1] == '\0';
}

static int64_t milliseconds(const char *s)
{
    int64_t ms = 0;

    for (int i = 0; i < 13; i++)
        if (s[i] != '-')
            ms = ms << 4 | (s[i] <= '9' ? s[i] - '0' : s[i] - 'a' + 10);
    return ms;
}

bool uuid7_valid(const char *s)
{
    /* the variant's two bits are 10 */
    if (!uuid_valid(s) || s[14] != '7' || !strchr("89ab", s[19]))
        return false;
    return milliseconds(s) <= clock_us() / 1000 + DAY_MS;
}
