#include "base/pinyin.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/surname.h"
#include "pinyin_data.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Text being filled; always room for the NUL. */
struct cut {
    char *p;
    size_t n, cap;
};

static void put(struct cut *out, char c)
{
    if (!c || out->n + 1 >= out->cap)
        return;
    out->p[out->n++] = c;
    out->p[out->n] = '\0';
}

static int row_compare(const void *key, const void *row)
{
    uint32_t point = *(const uint32_t *)key;
    uint32_t other = ((const struct pinyin_row *)row)->point;

    return (point > other) - (point < other);
}

static unsigned find(const struct pinyin_row *rows, size_t n, uint32_t point)
{
    const struct pinyin_row *row = bsearch(&point, rows, n, sizeof *rows, row_compare);

    return row ? row->syllable : 0;
}

static unsigned usual(uint32_t point)
{
    if (point >= PINYIN_DENSE_FIRST && point <= PINYIN_DENSE_LAST)
        return pinyin_dense[point - PINYIN_DENSE_FIRST];
    return find(pinyin_sparse, COUNT(pinyin_sparse), point);
}

/* The readings of a surname of two characters; false when each is read as usual. */
static bool compound(uint32_t first, uint32_t second, unsigned syllable[2])
{
    for (size_t i = 0; i < COUNT(pinyin_compound); i++) {
        const struct pinyin_compound *c = &pinyin_compound[i];

        if (c->first != first || c->second != second)
            continue;
        syllable[0] = c->first_syllable;
        syllable[1] = c->second_syllable;
        return true;
    }
    return false;
}

/* Readings of the first two characters, 0 where none but the usual one applies. */
static void surname_read(const char *name, unsigned syllable[2])
{
    size_t count = surname_count(name);
    uint32_t first = utf8_next(&name);

    syllable[0] = 0;
    syllable[1] = 0;
    if (count == 2)
        compound(first, utf8_next(&name), syllable);
    else if (count == 1)
        syllable[0] = find(pinyin_surname, COUNT(pinyin_surname), first);
}

/* What a Latin letter or digit is kept as, else 0. Full-width forms count. */
static char latin(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? (char)c : '\0';
}

void pinyin_name(const char *name, char *full, size_t full_cap, char *initials, size_t init_cap)
{
    struct cut all = {full, 0, full_cap};
    struct cut first = {initials, 0, init_cap};
    unsigned special[2];
    uint32_t c;

    full[0] = '\0';
    initials[0] = '\0';
    surname_read(name, special);
    for (size_t i = 0; (c = utf8_next(&name)); i++) {
        unsigned syllable = i < 2 && special[i] ? special[i] : usual(c);
        const char *text = pinyin_syllable[syllable];

        put(&first, syllable ? text[0] : latin(c));
        if (!syllable)
            put(&all, latin(c));
        for (; *text; text++)
            put(&all, *text);
    }
}

bool pinyin_reads(const char *s, size_t n, int most)
{
    if (n == 0)
        return true;
    for (size_t i = 1; most > 0 && i < COUNT(pinyin_syllable); i++) {
        size_t k = strlen(pinyin_syllable[i]);

        if (k <= n && memcmp(s, pinyin_syllable[i], k) == 0 && pinyin_reads(s + k, n - k, most - 1))
            return true;
    }
    return false;
}
