#include "crypto/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/primitive.h"
#include "crypto/vector.h"

enum { PLAIN_MAX = 300 };

static const struct seal_key key = {.id = 0x01020304, .key = "0123456789abcdef0123456789abcde"};
static const char aad[] = "431129|resident|id_number|01890a5d-ac96-774b-bcce-b302099a8057";

static void test_round_trip(void **state)
{
    char plain[PLAIN_MAX], back[PLAIN_MAX];
    uint8_t sealed[PLAIN_MAX + SEAL_OVERHEAD];

    (void)state;
    for (size_t n = 0; n < PLAIN_MAX; n++) {
        memset(plain, (int)(n + 1), sizeof plain);
        memset(back, 0, sizeof back);
        assert_int_equal(seal(&key, aad, plain, n, sealed), n + SEAL_OVERHEAD);
        assert_true(unseal(&key, aad, sealed, n + SEAL_OVERHEAD, back));
        assert_memory_equal(plain, back, n);
        if (n < PLAIN_MAX - 1)
            assert_int_equal(back[n], 0);
    }
}

static void test_layout(void **state)
{
    uint8_t a[18 + SEAL_OVERHEAD], b[sizeof a];

    (void)state;
    seal(&key, aad, "431129195508200022", 18, a);
    seal(&key, aad, "431129195508200022", 18, b);
    assert_vector(a, "010101020304");
    assert_memory_not_equal(a + 6, b + 6, NONCE_LEN);
    assert_memory_not_equal(a + 18, b + 18, 18);
    assert_int_equal(seal_key_id(a, sizeof a), 0x01020304);
    assert_int_equal(seal_key_id(a, SEAL_OVERHEAD), 0x01020304);
    assert_int_equal(seal_key_id(a, SEAL_OVERHEAD - 1), 0);
    assert_int_equal(seal_key_id(a, 0), 0);
    a[0] = 2;
    assert_int_equal(seal_key_id(a, sizeof a), 0);
    a[0] = 1;
    a[1] = 2;
    assert_int_equal(seal_key_id(a, sizeof a), 0);
}

static void test_every_bit_counts(void **state)
{
    uint8_t sealed[18 + SEAL_OVERHEAD];
    char back[18];

    (void)state;
    seal(&key, aad, "431129195508200022", 18, sealed);
    for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(unseal(&key, aad, sealed, sizeof sealed, back));
        sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_true(unseal(&key, aad, sealed, sizeof sealed, back));
}

static void test_bound_to_its_place(void **state)
{
    static const char *const elsewhere[] = {
        "", "431129|resident|id_number|01890a5d-ac96-774b-bcce-b302099a8058",
        "321311|resident|id_number|01890a5d-ac96-774b-bcce-b302099a8057",
        "431129|resident|phone|01890a5d-ac96-774b-bcce-b302099a8057"};
    struct seal_key other = key, renumbered = key;
    uint8_t sealed[5 + SEAL_OVERHEAD];
    char back[5] = "zzzz";

    (void)state;
    seal(&key, aad, "plain", 5, sealed);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        assert_false(unseal(&key, elsewhere[i], sealed, sizeof sealed, back));
    /* nothing of a refused value is left behind */
    assert_memory_equal(back, "\0\0\0\0\0", 5);
    other.key[31] ^= 1;
    assert_false(unseal(&other, aad, sealed, sizeof sealed, back));
    renumbered.id++;
    assert_false(unseal(&renumbered, aad, sealed, sizeof sealed, back));
    for (size_t n = 0; n < sizeof sealed; n++)
        assert_false(unseal(&key, aad, sealed, n, back));
}

/* The header is authenticated: a value cannot be passed off as one of another key's. */
static void test_key_id_is_authenticated(void **state)
{
    struct seal_key renumbered = key;
    uint8_t sealed[5 + SEAL_OVERHEAD];
    char back[5];

    (void)state;
    seal(&key, aad, "plain", 5, sealed);
    renumbered.id = 0x01020305;
    sealed[5] = 5;
    assert_int_equal(seal_key_id(sealed, sizeof sealed), renumbered.id);
    assert_false(unseal(&renumbered, aad, sealed, sizeof sealed, back));
}

/* The GCM specification of McGrew and Viega, test cases 13 to 16 */
static void test_gcm_vectors(void **state)
{
    static const struct {
        const char *key, *nonce, *aad, *plain, *cipher, *tag;
    } cases[] = {
        {"0000000000000000000000000000000000000000000000000000000000000000",
         "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
        {"0000000000000000000000000000000000000000000000000000000000000000",
         "000000000000000000000000", "", "00000000000000000000000000000000",
         "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
        {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
         "cafebabefacedbaddecaf888", "",
         "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
         "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
         "b094dac5d93471bdec1a502270e3cc6c"},
        {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
         "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
         "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
         "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
         "76fc6ece0f4e1768cddf8853bb2d551b"},
    };
    uint8_t k[VECTOR_MAX], nonce[VECTOR_MAX], bound[VECTOR_MAX], plain[VECTOR_MAX];
    uint8_t cipher[VECTOR_MAX], tag[TAG_LEN], back[VECTOR_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = vector(cases[i].plain, plain);
        struct gcm_aad a = {bound, vector(cases[i].aad, bound), NULL, 0};

        vector(cases[i].key, k);
        vector(cases[i].nonce, nonce);
        gcm_encrypt(k, nonce, &a, plain, n, cipher, tag);
        assert_vector(cipher, cases[i].cipher);
        assert_vector(tag, cases[i].tag);
        assert_true(gcm_decrypt(k, nonce, &a, cipher, n, tag, back));
        assert_memory_equal(back, plain, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),         cmocka_unit_test(test_layout),
        cmocka_unit_test(test_every_bit_counts),   cmocka_unit_test(test_bound_to_its_place),
        cmocka_unit_test(test_key_id_is_authenticated), cmocka_unit_test(test_gcm_vectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
