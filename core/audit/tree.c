#include "audit/tree.h"

#include <assert.h>
#include <string.h>

enum { LEAF = 0x00, NODE = 0x01 };

static bool has_peak(const struct tree *t, int level)
{
    return t->n >> level & 1;
}

void tree_leaf(const void *p, size_t n, uint8_t out[SHA256_LEN])
{
    const uint8_t mark = LEAF;
    struct sha256_run *r = sha256_begin();

    sha256_add(r, &mark, 1);
    sha256_add(r, p, n);
    sha256_end(r, out);
}

/* `out` may be one of the two. */
static void node(const uint8_t *left, const uint8_t *right, uint8_t out[SHA256_LEN])
{
    uint8_t bytes[1 + 2 * SHA256_LEN] = {NODE};

    memcpy(bytes + 1, left, SHA256_LEN);
    memcpy(bytes + 1 + SHA256_LEN, right, SHA256_LEN);
    sha256(bytes, sizeof bytes, out);
}

void tree_add(struct tree *t, const uint8_t leaf[SHA256_LEN])
{
    uint8_t sum[SHA256_LEN];
    int level = 0;

    memcpy(sum, leaf, SHA256_LEN);
    for (; has_peak(t, level); level++)
        node(t->peak[level], sum, sum);
    assert(level < TREE_LEVELS);
    memcpy(t->peak[level], sum, SHA256_LEN);
    t->n++;
}

void tree_root(const struct tree *t, uint8_t out[SHA256_LEN])
{
    bool begun = false;

    if (t->n == 0)
        sha256("", 0, out);
    for (int i = 0; i < TREE_LEVELS; i++) {
        if (!has_peak(t, i))
            continue;
        if (begun)
            node(t->peak[i], out, out);
        else
            memcpy(out, t->peak[i], SHA256_LEN);
        begun = true;
    }
}

size_t tree_edge(const struct tree *t, uint8_t out[TREE_EDGE_MAX])
{
    size_t n = 0;

    for (int i = TREE_LEVELS - 1; i >= 0; i--)
        if (has_peak(t, i)) {
            memcpy(out + n, t->peak[i], SHA256_LEN);
            n += SHA256_LEN;
        }
    return n;
}

bool tree_of_edge(struct tree *out, uint64_t n, const uint8_t *edge, size_t size)
{
    size_t at = 0;

    *out = (struct tree){.n = n};
    if (n >> TREE_LEVELS)
        return false;
    for (int i = TREE_LEVELS - 1; i >= 0; i--) {
        if (!has_peak(out, i))
            continue;
        if (size - at < SHA256_LEN)
            return false;
        memcpy(out->peak[i], edge + at, SHA256_LEN);
        at += SHA256_LEN;
    }
    return at == size;
}
