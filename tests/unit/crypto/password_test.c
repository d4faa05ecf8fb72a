#include "crypto/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/primitive.h"
#include "crypto/vector.h"

enum { QUICK = 4 }; /* log2 N of tests that are not about cost */

/* RFC 7914 §12: the first three vectors (the fourth takes 1 GiB) */
static void test_scrypt_vectors(void **state)
{
    uint8_t out[64];

    (void)state;
    scrypt_derive("", "", 0, (struct scrypt_cost){4, 1, 1}, out, sizeof out);
    assert_vector(out, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                       "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
    scrypt_derive("password", "NaCl", 4, (struct scrypt_cost){10, 8, 16}, out, sizeof out);
    assert_vector(out, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                       "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
    scrypt_derive("pleaseletmein", "SodiumChloride", 14, (struct scrypt_cost){14, 8, 1}, out,
                  sizeof out);
    assert_vector(out, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                       "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

/* N = 2^15 takes 32 MiB and a little: the default bound of the library refuses it. */
static void test_real_cost(void **state)
{
    char phc[PHC_TEXT];
    bool stale = true;

    (void)state;
    password_hash("Jianghua 2026", 15, phc);
    assert_memory_equal(phc, "$scrypt$ln=15,r=8,p=1$", 22);
    assert_true(password_verify("Jianghua 2026", phc, 15, &stale));
    assert_false(stale);
    assert_false(password_verify("Jianghua 2027", phc, 15, &stale));
}

static void test_byte_exact(void **state)
{
    static const char *const passwords[] = {
        "", " ", "a", "a ", " a", "A", "密码", "é", "e\xcc\x81", "\xff\xfe",
        "a very long password with more than sixty-four characters in it, as phrases have"};
    enum { COUNT = sizeof passwords / sizeof *passwords };
    char phc[PHC_TEXT];
    bool stale;

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        password_hash(passwords[i], QUICK, phc);
        for (int j = 0; j < COUNT; j++)
            assert_int_equal(password_verify(passwords[j], phc, QUICK, &stale), i == j);
    }
}

static void test_salted(void **state)
{
    char a[PHC_TEXT], b[PHC_TEXT];

    (void)state;
    password_hash("same", QUICK, a);
    password_hash("same", QUICK, b);
    assert_string_not_equal(a, b);
}

static void test_stale(void **state)
{
    char phc[PHC_TEXT];
    bool stale = false;

    (void)state;
    password_hash("x", QUICK, phc);
    assert_true(password_verify("x", phc, QUICK + 1, &stale));
    assert_true(stale);
    assert_true(password_verify("x", phc, QUICK - 1, &stale));
    assert_false(stale);
    /* a wrong password is no reason to hash it anew */
    assert_false(password_verify("y", phc, QUICK + 1, &stale));
    assert_false(stale);
    /* r = 1 and a salt of 8 bytes are weaker than ours, whatever N is */
    assert_true(password_verify("", "$scrypt$ln=4,r=1,p=1$AAAAAAAAAAA$"
                                    "88AG6j02a7TmtUjGaIfbdI77Vuw10cq3i98mIw+bl2M",
                                4, &stale));
    assert_true(stale);
}

static void test_malformed(void **state)
{
    static const char *const bad[] = {
        "", "$", "x", "plain", "$2b$12$abc", "$scrypt$",
        "$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
        "$scrypt$ln=4,r=8,p=1$$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA$",
        "$scrypt$ln=4,r=8,p=1$AAAA!AAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=04,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=0,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=21,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=99999999999,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=17,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$r=8,ln=4,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        "$SCRYPT$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
    };
    bool stale = true;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(password_verify("x", bad[i], QUICK, &stale));
        assert_false(stale);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scrypt_vectors), cmocka_unit_test(test_real_cost),
        cmocka_unit_test(test_byte_exact),     cmocka_unit_test(test_salted),
        cmocka_unit_test(test_stale),          cmocka_unit_test(test_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
