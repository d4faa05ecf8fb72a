#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool str_eq(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}

bool str_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

const char *str_word_next(const char **at, size_t *len)
{
    const char *word = *at + strspn(*at, " ");

    *len = strcspn(word, " ");
    *at = word + *len;
    return *len ? word : NULL;
}

bool str_has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    if (n == 0 || strchr(word, ' '))
        return false;
    for (const char *at = words; (at = strstr(at, word)); at += n)
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

bool str_int64(const char *s, int64_t *out)
{
    bool negative = *s == '-';
    int64_t value = 0;

    s += negative;
    if (!*s)
        return false;
    /* counts downward, for INT64_MIN has no positive twin */
    for (; *s; s++) {
        if (*s < '0' || *s > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, *s - '0', &value))
            return false;
    }
    if (!negative && __builtin_sub_overflow((int64_t)0, value, &value))
        return false;
    *out = value;
    return true;
}

size_t int64_text(int64_t n, char out[INT64_TEXT])
{
    char digits[INT64_TEXT - 1];
    size_t at = sizeof digits;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n; /* INT64_MIN has no positive twin */

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (n < 0)
        digits[--at] = '-';
    memcpy(out, digits + at, sizeof digits - at);
    out[sizeof digits - at] = '\0';
    return sizeof digits - at;
}

uint64_t str_hash(const char *s)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *s; s++)
        hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    return hash;
}

bool str_format(char *out, size_t cap, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(out, cap, fmt, ap);
    va_end(ap);
    return n >= 0 && (size_t)n < cap;
}

/* Length of the sequence that begins with lead byte c, its least code point in *least; 0 when no
 * sequence begins so. */
static size_t sequence(unsigned char c, uint32_t *least)
{
    if (c < 0x80) {
        *least = 1; /* U+0000 counts as too small: it is refused everywhere */
        return 1;
    }
    if (c >= 0xC2 && c < 0xE0) {
        *least = 0x80;
        return 2;
    }
    if (c >= 0xE0 && c < 0xF0) {
        *least = 0x800;
        return 3;
    }
    if (c >= 0xF0 && c < 0xF5) {
        *least = 0x10000;
        return 4;
    }
    return 0;
}

/* Bytes of the code point at s, of n available; 0 when it is not valid. */
static size_t decode(const char *s, size_t n, uint32_t *point)
{
    unsigned char lead = (unsigned char)s[0];
    uint32_t least = 0;
    size_t len = sequence(lead, &least);
    uint32_t c;

    if (len == 0 || len > n)
        return 0;
    c = len == 1 ? lead : lead & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        unsigned char next = (unsigned char)s[i];

        if ((next & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (next & 0x3F);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *point = c;
    return len;
}

bool utf8_valid(const char *s, size_t n)
{
    uint32_t c;

    for (size_t i = 0; i < n;) {
        size_t len = decode(s + i, n - i, &c);

        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

size_t utf8_count(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

uint32_t utf8_next(const char **s)
{
    uint32_t c = 0;
    size_t len;

    if (!**s)
        return 0;
    len = decode(*s, strnlen(*s, 4), &c);
    if (len == 0) {
        /* not valid after all: one replacement character a byte, never past the end */
        (*s)++;
        return 0xFFFD;
    }
    *s += len;
    return c;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool percent_decode(const char *src, size_t n, char *dst, size_t cap, bool plus)
{
    size_t out = 0;

    for (size_t i = 0; i < n; i++) {
        char c = src[i];

        if (c == '%') {
            int high = n - i > 2 ? hex_value(src[i + 1]) : -1;
            int low = n - i > 2 ? hex_value(src[i + 2]) : -1;

            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (cap - out < 2)
            return false;
        dst[out++] = c;
    }
    if (cap == 0)
        return false;
    dst[out] = '\0';
    return utf8_valid(dst, out);
}
