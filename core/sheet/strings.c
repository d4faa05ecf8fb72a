#include "sheet/strings.h"

#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sheet/sheet.h"

enum {
    BLOCK_BYTES = 64 * 1024, /* closed when it has as many */
    BLOCK_TEXTS = 4096,
    BLOCK_MAX = BLOCK_BYTES + SHEET_CELL_MAX + 64,
    KEPT = 24,
    BLOCKS_MAX = 64 * 1024
};

struct block {
    uint32_t first, count;
    uint32_t plain, packed; /* bytes; packed 0: not packed yet, the last one */
    unsigned char *p;
};

struct kept {
    size_t block; /* + 1; 0: free */
    uint64_t used;
    char *text;
    uint32_t end[BLOCK_TEXTS]; /* where each text ends, behind its NUL */
};

struct strings {
    struct block *block;
    size_t blocks;
    uint32_t count; /* of texts */
    size_t packed;
    uint64_t clock;
    struct buf open;
    uint32_t open_count;
    struct kept *kept[KEPT];
};

struct strings *strings_new(void)
{
    struct strings *s = mem_alloc(sizeof *s);

    buf_init(&s->open, BLOCK_MAX);
    s->block = mem_array(BLOCKS_MAX, sizeof *s->block);
    return s;
}

static bool block_close(struct strings *s)
{
    struct block *b = &s->block[s->blocks];
    uLongf n = compressBound(s->open.n);
    unsigned char *p;

    if (!s->open_count)
        return true;
    if (s->blocks == BLOCKS_MAX)
        return false;
    p = mem_alloc(n);
    compress2(p, &n, (const Bytef *)s->open.p, s->open.n, Z_BEST_SPEED);
    *b = (struct block){s->count - s->open_count, s->open_count, (uint32_t)s->open.n, (uint32_t)n,
                        mem_alloc(n)};
    memcpy(b->p, p, n);
    mem_free(p);
    s->packed += n;
    s->blocks++;
    s->open_count = 0;
    buf_reset(&s->open);
    return s->packed <= STRINGS_PACKED_MAX;
}

bool strings_add(struct strings *s, const char *p, size_t n)
{
    if (n > SHEET_CELL_MAX)
        n = SHEET_CELL_MAX;
    buf_add(&s->open, p, n);
    buf_char(&s->open, '\0');
    s->open_count++;
    s->count++;
    if (s->open.n >= BLOCK_BYTES || s->open_count == BLOCK_TEXTS)
        return block_close(s);
    return true;
}

static size_t block_of(const struct strings *s, uint32_t index)
{
    size_t low = 0, high = s->blocks;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (s->block[middle].first <= index)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void block_unpack(const struct block *b, struct kept *k)
{
    uLongf n = b->plain;
    uint32_t texts = 0;

    mem_free(k->text);
    k->text = mem_alloc(n + 1);
    uncompress((Bytef *)k->text, &n, b->p, b->packed);
    for (uint32_t i = 0; i < b->plain && texts < b->count; i++)
        if (!k->text[i])
            k->end[texts++] = i + 1;
}

/* The block unpacked, in the place of the one not used for longest. */
static struct kept *block_kept(struct strings *s, size_t number)
{
    size_t oldest = 0;

    for (size_t i = 0; i < KEPT; i++) {
        if (!s->kept[i])
            s->kept[i] = mem_alloc(sizeof *s->kept[i]);
        if (s->kept[i]->block == number + 1) {
            s->kept[i]->used = ++s->clock;
            return s->kept[i];
        }
        if (s->kept[i]->used < s->kept[oldest]->used)
            oldest = i;
        if (!s->kept[i]->block)
            break;
    }
    for (size_t i = 0; i < KEPT; i++)
        if (s->kept[i] && !s->kept[i]->block)
            oldest = i;
    s->kept[oldest]->block = number + 1;
    s->kept[oldest]->used = ++s->clock;
    block_unpack(&s->block[number], s->kept[oldest]);
    return s->kept[oldest];
}

const char *strings_get(struct strings *s, uint32_t index, size_t *n)
{
    const struct kept *k;
    uint32_t at, start;
    size_t number;

    block_close(s);
    if (index >= s->count - s->open_count)
        return NULL;
    number = block_of(s, index);
    k = block_kept(s, number);
    at = index - s->block[number].first;
    start = at ? k->end[at - 1] : 0;
    *n = k->end[at] - start - 1;
    return k->text + start;
}

void strings_free(struct strings *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->blocks; i++)
        mem_free(s->block[i].p);
    for (size_t i = 0; i < KEPT; i++)
        if (s->kept[i]) {
            mem_free(s->kept[i]->text);
            mem_free(s->kept[i]);
        }
    mem_free(s->block);
    buf_free(&s->open);
    mem_free(s);
}
