/* The tree of RFC 6962 §2.1 as it grows at its right end: the roots of the full subtrees along the
 * edge are all that is kept.
 *
 *     leaf  SHA-256(00 ‖ bytes)        node  SHA-256(01 ‖ left ‖ right)        empty  SHA-256("")
 */
#ifndef WULIAN_AUDIT_TREE_H
#define WULIAN_AUDIT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"

enum { TREE_LEVELS = 63, TREE_EDGE_MAX = TREE_LEVELS * SHA256_LEN };

struct tree {
    uint64_t n;                            /* leaves */
    uint8_t peak[TREE_LEVELS][SHA256_LEN]; /* of 2^i leaves, where bit i of n is set */
};

void tree_leaf(const void *p, size_t n, uint8_t out[SHA256_LEN]);
void tree_add(struct tree *t, const uint8_t leaf[SHA256_LEN]);
void tree_root(const struct tree *t, uint8_t out[SHA256_LEN]);
/* The peaks, largest first; how many bytes. */
size_t tree_edge(const struct tree *t, uint8_t out[TREE_EDGE_MAX]);
/* The tree of n leaves with that edge; false when it has not as many peaks. */
bool tree_of_edge(struct tree *out, uint64_t n, const uint8_t *edge, size_t size);

#endif
