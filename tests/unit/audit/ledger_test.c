#include "audit/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/outside.h"
#include "audit/witness.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum { ARENA_MAX = 1 << 20 };

static const struct canon_column columns[] = {
    {"n", CANON_INT}, {"id", CANON_UUID}, {"sum", CANON_HEX}, {"text", CANON_TEXT},
    {"list", CANON_LIST},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static const char *const values[COLUMNS] = {"-2", "01890a5d-ac96-774b-bcce-b302099a8057", "00ff",
                                            "村\n", "[\"a\",\"b\"]"};
static const char line[] = "{\"n\":-2,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\","
                           "\"sum\":\"00ff\",\"text\":\"村\\n\",\"list\":[\"a\",\"b\"]}";

/* As canon.h says it, byte by byte. */
static void test_bytes(void **state)
{
    static const char expected[] = "\x01\xff\xff\xff\xff\xff\xff\xff\xfe"
                                   "\x01\x01\x89\x0a\x5d\xac\x96\x77\x4b\xbc\xce\xb3\x02\x09\x9a"
                                   "\x80\x57\x01\0\0\0\x02\0\xff\x01\0\0\0\x04\xe6\x9d\x91\n"
                                   "\x01\0\0\0\x09[\"a\",\"b\"]";
    const char *const nulls[COLUMNS] = {0};
    const char *bad[COLUMNS] = {"1", "01890A5D-ac96-774b-bcce-b302099a8057"};
    struct buf b;

    (void)state;
    buf_init(&b, 1024);
    assert_true(canon_bytes(columns, COLUMNS, values, &b));
    assert_int_equal(b.n, sizeof expected - 1);
    assert_memory_equal(b.p, expected, b.n);
    buf_reset(&b);
    assert_true(canon_bytes(columns, COLUMNS, nulls, &b));
    assert_memory_equal(b.p, "\0\0\0\0\0", COLUMNS);
    assert_false(canon_bytes(columns, COLUMNS, bad, &b));
    buf_free(&b);
}

static bool reads(struct arena *a, const char *text, const char **out)
{
    return canon_read(a, columns, COLUMNS, text, strlen(text), out);
}

static void test_line(void **state)
{
    static const char *const others[] = {
        "{\"n\":-2,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"sum\":\"00FF\","
        "\"text\":\"村\\n\",\"list\":[\"a\",\"b\"]}",
        "{\"n\":-2,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"sum\":\"00ff\","
        "\"text\":\"\\u6751\\n\",\"list\":[\"a\",\"b\"]}",
        "{\"n\":-2,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"sum\":\"00ff\","
        "\"text\":\"村\\n\",\"list\":[\"a\", \"b\"]}",
        "{\"n\":-2,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"sum\":\"00ff\","
        "\"text\":\"村\\n\",\"list\":[\"a\",\"b\"],\"more\":1}",
        "{\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"n\":-2,\"sum\":\"00ff\","
        "\"text\":\"村\\n\",\"list\":[\"a\",\"b\"]}",
        "{\"n\":-2.0,\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"sum\":\"00ff\","
        "\"text\":\"村\\n\",\"list\":[\"a\",\"b\"]}",
        "{}", "[]", "", "{\"n\":-2",
    };
    struct arena *a = arena_new(ARENA_MAX);
    const char *out[COLUMNS];

    (void)state;
    assert_true(reads(a, line, out));
    for (int i = 0; i < COLUMNS; i++)
        assert_string_equal(out[i], values[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(reads(a, others[i], out));
    arena_free(a);
}

/* --- seals outside the database --------------------------------------------------------------- */

static void seal_fill(struct arena *a, int n, const char *root, const char **seal)
{
    static const uint8_t secret[KEY_LEN] = "0123456789abcdef0123456789abcde";
    struct sign_key k;

    sign_key_of(&k, secret);
    for (int i = 0; i < SEAL_COLUMNS; i++)
        seal[i] = "1";
    seal[SEAL_SEAL] = arena_int(a, n);
    seal[SEAL_COUNTY] = "431129";
    seal[SEAL_ROOT] = root;
    seal[SEAL_PREVIOUS] = "00";
    ledger_sign(a, &k, seal);
}

static void test_signed(void **state)
{
    struct arena *a = arena_new(ARENA_MAX);
    const char *seal[SEAL_COLUMNS], *why;
    static const uint8_t secret[KEY_LEN] = "0123456789abcdef0123456789abcde";
    struct sign_key k;

    (void)state;
    sign_key_of(&k, secret);
    seal_fill(a, 1, "aa", seal);
    assert_true(ledger_signed(seal, &k.public, 1, &why));
    assert_false(ledger_signed(seal, &k.public, 0, &why));
    seal[SEAL_ROOT] = "ab";
    assert_false(ledger_signed(seal, &k.public, 1, &why));
    seal_fill(a, 1, "aa", seal);
    seal[SEAL_SUITE] = "2";
    assert_false(ledger_signed(seal, &k.public, 1, &why));
    arena_free(a);
}

static void append_raw(const char *dir, const char *text)
{
    char path[128];
    FILE *f;

    assert_true(str_format(path, sizeof path, "%s/431129.ndjson", dir));
    f = fopen(path, "a");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* What a power cut left of a line is no seal, and the next line stands alone behind it. */
static void test_outside(void **state)
{
    char dir[] = "/tmp/wl-outside-XXXXXX", path[128];
    struct arena *a = arena_new(ARENA_MAX);
    const char *seal[SEAL_COLUMNS], *why;
    struct outside_head head;
    uint8_t hash[SHA256_LEN];

    (void)state;
    assert_non_null(mkdtemp(dir));
    assert_true(outside_head(a, dir, "431129", &head, &why) && head.seal == 0);
    for (int n = 1; n <= 200; n++) {
        seal_fill(a, n, "aa", seal);
        assert_true(outside_append(a, dir, seal, &why));
    }
    append_raw(dir, "{\"seal\":201,\"county\":43");
    assert_true(outside_head(a, dir, "431129", &head, &why) && head.seal == 200);
    seal_fill(a, 201, "aa", seal);
    assert_true(outside_append(a, dir, seal, &why));
    assert_true(outside_head(a, dir, "431129", &head, &why) && head.seal == 201);
    assert_true(ledger_seal_hash(seal, hash));
    assert_memory_equal(hash, head.hash, sizeof hash);
    append_raw(dir, "{\"seal\":\"a line that is none\"}\n");
    assert_false(outside_head(a, dir, "431129", &head, &why));
    assert_true(outside_aside(a, dir, "431129", 1, &why));
    assert_true(outside_head(a, dir, "431129", &head, &why) && head.seal == 0);
    assert_false(outside_append(a, dir, seal, &why)); /* the 201st begins no file */
    assert_non_null(strstr(why, "No such file"));
    append_raw(dir, "");
    assert_false(outside_append(a, dir, seal, &why));
    assert_non_null(strstr(why, "holds nothing any more"));
    seal_fill(a, 1, "aa", seal);
    assert_true(outside_append(a, dir, seal, &why));
    assert_true(outside_head(a, dir, "431129", &head, &why) && head.seal == 1);
    assert_true(str_format(path, sizeof path, "%s/431129.ndjson", dir) && unlink(path) == 0);
    assert_true(str_format(path, sizeof path, "%s/431129.ndjson.1", dir) && unlink(path) == 0);
    rmdir(dir);
    arena_free(a);
}

/* Two sealers' lines may be out of order; another seal of a number, or one too many, is seen. */
static void test_witness(void **state)
{
    static const int order[] = {1, 2, 4, 3, 6, 5};
    struct arena *a = arena_new(ARENA_MAX);
    const char *seal[SEAL_COLUMNS];
    FILE *f = tmpfile();
    struct buf b;
    struct witness w;
    uint8_t hash[SHA256_LEN];

    (void)state;
    assert_non_null(f);
    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        seal_fill(a, order[i], "aa", seal);
        canon_line(ledger_seal, SEAL_COLUMNS, seal, &b);
    }
    fputs(b.p, f);
    for (int last = 5; last <= 6; last++) {
        rewind(f);
        witness_open(&w, f);
        for (int n = 1; n <= last; n++) {
            seal_fill(a, n, "aa", seal);
            assert_true(ledger_seal_hash(seal, hash));
            assert_true(witness_agrees(&w, n, hash));
        }
        assert_true(witness_ends(&w, last, 0) == (last == 6));
    }
    rewind(f);
    witness_open(&w, f);
    seal_fill(a, 1, "bb", seal);
    assert_true(ledger_seal_hash(seal, hash));
    assert_false(witness_agrees(&w, 1, hash));
    buf_free(&b);
    fclose(f);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),   cmocka_unit_test(test_line),
        cmocka_unit_test(test_signed),  cmocka_unit_test(test_outside),
        cmocka_unit_test(test_witness),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
