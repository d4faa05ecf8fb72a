#include "crypto/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "crypto/vector.h"

static void test_self_test(void **state)
{
    (void)state;
    assert_true(crypto_self_test());
}

/* FIPS 180-2 appendix B, and the empty text */
static void test_sha256(void **state)
{
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    uint8_t out[SHA256_LEN];
    char *million = malloc(1000000);

    (void)state;
    assert_non_null(million);
    memset(million, 'a', 1000000);
    sha256("", 0, out);
    assert_vector(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256("abc", 3, out);
    assert_vector(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(two_blocks, strlen(two_blocks), out);
    assert_vector(out, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    sha256(million, 1000000, out);
    assert_vector(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

/* RFC 4231, test cases 1 to 4, 6 and 7 */
static void test_hmac(void **state)
{
    static const struct {
        uint8_t key_byte;
        size_t key_n;
        uint8_t data_byte;
        size_t data_n;
        const char *text, *mac;
    } cases[] = {
        {0x0b, 20, 0, 0, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {0xaa, 20, 0xdd, 50, NULL,
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {0xaa, 131, 0, 0, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {0xaa, 131, 0, 0,
         "This is a test using a larger than block-size key and a larger than block-size data. "
         "The key needs to be hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    uint8_t key[131], data[50], out[SHA256_LEN];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].text;

        memset(key, cases[i].key_byte, sizeof key);
        memset(data, cases[i].data_byte, sizeof data);
        hmac_sha256(key, cases[i].key_n, text ? (const void *)text : data,
                    text ? strlen(text) : cases[i].data_n, out);
        assert_vector(out, cases[i].mac);
    }
    hmac_sha256((const uint8_t *)"Jefe", 4, "what do ya want for nothing?", 28, out);
    assert_vector(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    for (int i = 0; i < 25; i++)
        key[i] = (uint8_t)(i + 1);
    memset(data, 0xcd, sizeof data);
    hmac_sha256(key, 25, data, 50, out);
    assert_vector(out, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    hmac_sha256(key, 0, "", 0, out);
    assert_vector(out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void test_blind_index(void **state)
{
    uint8_t key[KEY_LEN], other[KEY_LEN], a[INDEX_LEN], b[INDEX_LEN], full[SHA256_LEN];

    (void)state;
    memset(key, 1, sizeof key);
    memset(other, 2, sizeof other);
    blind_index(key, "431129195508200022", a);
    hmac_sha256(key, KEY_LEN, "431129195508200022", 18, full);
    assert_memory_equal(a, full, INDEX_LEN);
    blind_index(other, "431129195508200022", b);
    assert_memory_not_equal(a, b, INDEX_LEN);
    blind_index(key, "431129195508200023", b);
    assert_memory_not_equal(a, b, INDEX_LEN);
}

static void test_random(void **state)
{
    static uint8_t bytes[65536];
    int seen[256] = {0};

    (void)state;
    crypto_random(bytes, 0);
    crypto_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        seen[bytes[i]]++;
    /* 256 expected of each; 10 standard deviations of 16 */
    for (int i = 0; i < 256; i++)
        assert_in_range(seen[i], 96, 416);
}

static void test_equal_and_wipe(void **state)
{
    char a[] = "secret", b[] = "secres";

    (void)state;
    assert_true(crypto_equal(a, "secret", 6));
    assert_false(crypto_equal(a, b, 6));
    assert_true(crypto_equal(a, b, 5));
    assert_true(crypto_equal(a, b, 0));
    crypto_wipe(a, sizeof a);
    assert_memory_equal(a, "\0\0\0\0\0\0\0", sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_self_test),   cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_hmac),        cmocka_unit_test(test_blind_index),
        cmocka_unit_test(test_random),      cmocka_unit_test(test_equal_and_wipe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
