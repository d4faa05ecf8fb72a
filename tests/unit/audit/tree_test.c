#include "audit/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/vector.h"

/* The leaves and roots that Certificate Transparency's own reference tests use. */
static const struct {
    const char *bytes;
    size_t n;
    const char *root; /* of the tree that ends with this leaf */
} leaves[] = {
    {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
     "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

enum { LEAVES = sizeof leaves / sizeof *leaves };

static void leaf_add(struct tree *t, const void *p, size_t n)
{
    uint8_t leaf[SHA256_LEN];

    tree_leaf(p, n, leaf);
    tree_add(t, leaf);
}

static void test_roots(void **state)
{
    struct tree t = {0};
    uint8_t root[SHA256_LEN];

    (void)state;
    tree_root(&t, root);
    assert_vector(root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < LEAVES; i++) {
        leaf_add(&t, leaves[i].bytes, leaves[i].n);
        tree_root(&t, root);
        assert_vector(root, leaves[i].root);
    }
}

/* A tree taken up from its edge grows as the one that never stopped. */
static void test_edge(void **state)
{
    struct tree whole = {0}, taken;
    uint8_t edge[TREE_EDGE_MAX], a[SHA256_LEN], b[SHA256_LEN];

    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        size_t n = tree_edge(&whole, edge);

        assert_true(tree_of_edge(&taken, whole.n, edge, n));
        assert_false(tree_of_edge(&taken, whole.n, edge, n + 1));
        assert_false(n > 0 && tree_of_edge(&taken, whole.n, edge, n - SHA256_LEN));
        assert_true(tree_of_edge(&taken, whole.n, edge, n));
        leaf_add(&whole, &i, sizeof i);
        leaf_add(&taken, &i, sizeof i);
        tree_root(&whole, a);
        tree_root(&taken, b);
        assert_memory_equal(a, b, sizeof a);
    }
    assert_false(tree_of_edge(&taken, UINT64_MAX, edge, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots),
        cmocka_unit_test(test_edge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
