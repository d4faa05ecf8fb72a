#define _GNU_SOURCE /* memmem */
/* The store: what goes in comes out, and nothing else ever does. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/uuid.h"
#include "file/store.h"
#include "tenant/keyring.h"

enum { JIANGHUA = 431129, SUYU = 321311, HEAD = 24, STEP = FILE_PIECE + SEAL_OVERHEAD };

static char dir[] = "/tmp/wulian-store-XXXXXX";
static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static void keys_put(int county, uint8_t seed)
{
    static const char *const purposes[] = {"data", "index"};
    uint8_t key[KEY_LEN], wrapped[KEY_LEN + SEAL_OVERHEAD];

    for (uint8_t i = 0; i < 2; i++) {
        memset(key, seed + i, sizeof key);
        keyring_wrap(county, purposes[i], 1, key, wrapped);
        assert_true(keyring_put(county, purposes[i], 1, wrapped, sizeof wrapped));
    }
}

static int store_make(void **state)
{
    char path[128], store[128];
    const char *why = "";
    FILE *f;

    (void)state;
    log_open("test", LOG_ERROR + 1);
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/master.key", dir);
    snprintf(store, sizeof store, "%s/files", dir);
    f = fopen(path, "w");
    fputs(hex, f);
    fclose(f);
    chmod(path, 0600);
    if (!keyring_open(path, &why) || !file_store_open(store, &why))
        return -1;
    keys_put(JIANGHUA, 1);
    keys_put(SUYU, 11);
    return 0;
}

static int store_remove(void **state)
{
    char command[160];

    (void)state;
    snprintf(command, sizeof command, "rm -rf -- %s", dir);
    return system(command) == 0 ? 0 : -1;
}

/* A content of n bytes that no two positions share for long. */
static uint8_t *content(size_t n)
{
    uint8_t *p = malloc(n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(i * 31 + i / 251 + i / 65521);
    return p;
}

static void put(int county, const uint8_t *p, size_t n, char address[FILE_ADDRESS_TEXT])
{
    char name[UUID_TEXT];
    enum file_fault fault;
    struct file *f;

    uuid7(name);
    f = file_create(county, name, &fault);
    assert_non_null(f);
    assert_true(file_write(f, p, n));
    assert_int_equal(file_finish(f), FILE_OK);
    assert_int_equal(file_size(f), n);
    assert_int_equal(file_commit(f, address), FILE_OK);
    file_close(f);
}

static void path_of(char out[256], int county, const char *address)
{
    snprintf(out, 256, "%s/files/%d/%.2s/%s", dir, county, address, address);
}

static bool reads_as(int county, const char *address, const uint8_t *p, size_t n)
{
    enum file_fault fault;
    struct file *f = file_open_read(county, address, &fault);
    uint8_t *got = malloc(n + 1);
    size_t at = 0;
    ssize_t r = f ? 1 : -1;

    while (f && at < n && (r = file_read(f, (int64_t)at, got + at, n - at)) > 0)
        at += (size_t)r;
    bool same = f && r >= 0 && at == n && file_size(f) == (int64_t)n && memcmp(got, p, n) == 0;
    free(got);
    file_close(f);
    return same;
}

static void what_goes_in_comes_out(void **state)
{
    static const size_t sizes[] = {1, 100, FILE_PIECE - 1, FILE_PIECE, FILE_PIECE + 1,
                                   3 * FILE_PIECE, 1000000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t *p = content(sizes[i]);
        uint8_t sum[SHA256_LEN];
        char address[FILE_ADDRESS_TEXT], expected[FILE_ADDRESS_TEXT];

        put(JIANGHUA, p, sizes[i], address);
        sha256(p, sizes[i], sum);
        assert_true(file_address(JIANGHUA, sum, expected));
        assert_string_equal(address, expected);
        assert_true(reads_as(JIANGHUA, address, p, sizes[i]));
        free(p);
    }
}

static void any_part_can_be_read(void **state)
{
    uint8_t *p = content(200000);
    char address[FILE_ADDRESS_TEXT];
    uint8_t got[10];
    enum file_fault fault;
    struct file *f;

    (void)state;
    put(JIANGHUA, p, 200000, address);
    f = file_open_read(JIANGHUA, address, &fault);
    assert_non_null(f);
    assert_int_equal(file_read(f, 199995, got, 10), 5);
    assert_memory_equal(got, p + 199995, 5);
    assert_int_equal(file_read(f, 65530, got, 10), 6); /* to the end of its piece */
    assert_int_equal(file_read(f, 70000, got, 10), 10);
    assert_memory_equal(got, p + 70000, 10);
    assert_int_equal(file_read(f, 200000, got, 10), 0);
    assert_int_equal(file_read(f, 200001, got, 10), -1);
    assert_int_equal(file_read(f, -1, got, 10), -1);
    file_close(f);
    free(p);
}

static void equal_contents_are_one_blob_in_a_county_and_unlike_elsewhere(void **state)
{
    uint8_t *p = content(1000);
    char a[FILE_ADDRESS_TEXT], b[FILE_ADDRESS_TEXT], there[FILE_ADDRESS_TEXT];
    enum file_fault fault;

    (void)state;
    put(JIANGHUA, p, 1000, a);
    put(JIANGHUA, p, 1000, b);
    put(SUYU, p, 1000, there);
    assert_string_equal(a, b);
    assert_string_not_equal(a, there);
    assert_true(reads_as(JIANGHUA, a, p, 1000));
    assert_true(reads_as(SUYU, there, p, 1000));
    assert_null(file_open_read(SUYU, a, &fault));
    assert_int_equal(fault, FILE_MISSING);
    free(p);
}

static size_t slurp(const char *path, uint8_t **out)
{
    int fd = open(path, O_RDONLY);
    struct stat st;

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    *out = malloc((size_t)st.st_size + 1);
    assert_int_equal(read(fd, *out, (size_t)st.st_size), st.st_size);
    close(fd);
    return (size_t)st.st_size;
}

static void spew(const char *path, const uint8_t *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, p, n), n);
    close(fd);
}

static void the_disk_holds_no_plain_byte(void **state)
{
    static const char text[] = "431129194312050022 单秀英 13807465678";
    char address[FILE_ADDRESS_TEXT], path[256];
    uint8_t *raw;
    size_t n;

    (void)state;
    put(JIANGHUA, (const uint8_t *)text, sizeof text, address);
    path_of(path, JIANGHUA, address);
    n = slurp(path, &raw);
    assert_int_equal(n, HEAD + sizeof text + SEAL_OVERHEAD + 8 + SHA256_LEN + SEAL_OVERHEAD);
    assert_null(memmem(raw, n, "4311291943", 10));
    assert_null(memmem(raw, n, "138074", 6));
    assert_null(strstr(path, "单"));
    free(raw);
}

/* Every way to spoil a blob: [from, to) of the good bytes, with one bit turned at `flip`. */
static void an_altered_blob_does_not_read(void **state)
{
    enum { SIZE = 3 * FILE_PIECE + 500 };
    uint8_t *p = content(SIZE);
    char address[FILE_ADDRESS_TEXT], path[256];
    uint8_t *raw, *bad;
    size_t n;

    (void)state;
    put(JIANGHUA, p, SIZE, address);
    path_of(path, JIANGHUA, address);
    n = slurp(path, &raw);
    bad = malloc(n + STEP);
    size_t flips[] = {0, 7, 8, 23, HEAD, HEAD + 3, HEAD + 40, HEAD + STEP - 1, HEAD + STEP + 100,
                      HEAD + 3 * STEP + 7, n - 74, n - 40, n - 1};
    for (size_t i = 0; i < sizeof flips / sizeof *flips; i++) {
        memcpy(bad, raw, n);
        bad[flips[i]] ^= 1;
        spew(path, bad, n);
        assert_false(reads_as(JIANGHUA, address, p, SIZE));
    }
    size_t cuts[] = {0, 1, HEAD, HEAD + 74, HEAD + STEP, n - 74, n - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        spew(path, raw, cuts[i]);
        assert_false(reads_as(JIANGHUA, address, p, SIZE));
    }
    memcpy(bad, raw, n); /* two pieces change places */
    memcpy(bad + HEAD, raw + HEAD + STEP, STEP);
    memcpy(bad + HEAD + STEP, raw + HEAD, STEP);
    spew(path, bad, n);
    assert_false(reads_as(JIANGHUA, address, p, SIZE));
    memcpy(bad, raw, HEAD + STEP); /* a whole piece is gone, the end is right */
    memcpy(bad + HEAD + STEP, raw + HEAD + 2 * (size_t)STEP, n - HEAD - 2 * (size_t)STEP);
    spew(path, bad, n - STEP);
    assert_false(reads_as(JIANGHUA, address, p, SIZE));
    spew(path, raw, n);
    assert_true(reads_as(JIANGHUA, address, p, SIZE));
    free(raw);
    free(bad);
    free(p);
}

static void blobs_cannot_stand_for_each_other(void **state)
{
    uint8_t *p = content(2 * FILE_PIECE);
    char a[FILE_ADDRESS_TEXT], b[FILE_ADDRESS_TEXT], path_a[256], path_b[256];
    uint8_t *raw_a, *raw_b;
    size_t n;

    (void)state;
    put(JIANGHUA, p, 2 * FILE_PIECE, a);
    p[0] ^= 1;
    put(JIANGHUA, p, 2 * FILE_PIECE, b);
    path_of(path_a, JIANGHUA, a);
    path_of(path_b, JIANGHUA, b);
    n = slurp(path_a, &raw_a);
    assert_int_equal(slurp(path_b, &raw_b), n);
    spew(path_a, raw_b, n); /* the whole of one under the other's address */
    assert_false(reads_as(JIANGHUA, a, p, 2 * FILE_PIECE));
    memcpy(raw_b + HEAD + STEP, raw_a + HEAD + STEP, STEP); /* a piece of one in the other */
    spew(path_b, raw_b, n);
    assert_false(reads_as(JIANGHUA, b, p, 2 * FILE_PIECE));
    free(raw_a);
    free(raw_b);
    free(p);
}

static void an_upload_goes_on_where_it_was_synced(void **state)
{
    enum { SIZE = 5 * FILE_PIECE + 77 };
    uint8_t *p = content(SIZE);
    char name[UUID_TEXT], address[FILE_ADDRESS_TEXT];
    enum file_fault fault;
    struct file *f;

    (void)state;
    uuid7(name);
    f = file_create(JIANGHUA, name, &fault);
    assert_true(file_write(f, p, 2 * FILE_PIECE));
    assert_true(file_sync(f));
    assert_null(file_continue(JIANGHUA, name, 0, &fault));
    assert_int_equal(fault, FILE_BUSY);
    assert_true(file_write(f, p, 3 * FILE_PIECE)); /* never acknowledged */
    file_close(f);                                 /* killed */
    assert_null(file_create(JIANGHUA, name, &fault));
    assert_int_equal(fault, FILE_BUSY);
    assert_null(file_continue(JIANGHUA, name, 100, &fault));
    assert_null(file_continue(SUYU, name, 0, &fault));
    assert_int_equal(fault, FILE_MISSING);
    f = file_continue(JIANGHUA, name, 2 * FILE_PIECE, &fault);
    assert_non_null(f);
    assert_true(file_write(f, p + 2 * FILE_PIECE, SIZE - 2 * FILE_PIECE));
    assert_int_equal(file_finish(f), FILE_OK);
    assert_int_equal(file_commit(f, address), FILE_OK);
    file_close(f);
    assert_true(reads_as(JIANGHUA, address, p, SIZE));
    assert_null(file_continue(JIANGHUA, name, 0, &fault));
    assert_int_equal(fault, FILE_MISSING);
    free(p);
}

static void without_the_countys_keys_nothing_works(void **state)
{
    uint8_t sum[SHA256_LEN] = {0};
    char name[UUID_TEXT], address[FILE_ADDRESS_TEXT];
    enum file_fault fault;
    struct file *f;

    (void)state;
    uuid7(name);
    assert_false(file_address(110101, sum, address));
    f = file_create(110101, name, &fault);
    assert_non_null(f);
    assert_true(file_write(f, "x", 1));
    assert_int_not_equal(file_finish(f), FILE_OK);
    file_abandon(f);
    assert_null(file_continue(110101, name, 0, &fault));
    assert_int_equal(fault, FILE_MISSING);
}

static bool keep_first(void *arg, int county, struct file_sweep *s)
{
    (void)county;
    for (int i = 0; i < s->n; i++)
        s->named[i] = strcmp(s->address[i], arg) == 0;
    return true;
}

static void the_sweep_takes_what_is_old_and_unnamed(void **state)
{
    static const struct utimbuf long_ago = {1000000, 1000000};
    char named[FILE_ADDRESS_TEXT], unnamed[FILE_ADDRESS_TEXT], fresh[FILE_ADDRESS_TEXT];
    char path[256], name[UUID_TEXT];
    enum file_fault fault;
    struct file *f;

    (void)state;
    put(SUYU, (const uint8_t *)"named", 5, named);
    put(SUYU, (const uint8_t *)"unnamed", 7, unnamed);
    put(SUYU, (const uint8_t *)"fresh", 5, fresh);
    path_of(path, SUYU, named);
    utime(path, &long_ago);
    path_of(path, SUYU, unnamed);
    utime(path, &long_ago);
    uuid7(name);
    f = file_create(SUYU, name, &fault);
    file_close(f);
    snprintf(path, sizeof path, "%s/files/%d/up/%s", dir, SUYU, name);
    utime(path, &long_ago);
    assert_int_equal(file_sweep(SUYU, 86400, keep_first, named), 2);
    assert_true(reads_as(SUYU, named, (const uint8_t *)"named", 5));
    assert_true(reads_as(SUYU, fresh, (const uint8_t *)"fresh", 5));
    assert_null(file_open_read(SUYU, unnamed, &fault));
    assert_null(file_continue(SUYU, name, 0, &fault));
    assert_int_equal(file_sweep(110102, 86400, keep_first, named), 0);
}

static void odd_names_reach_nothing(void **state)
{
    static const char *const odd[] = {"", "..", "../../etc/passwd", "ABCDEF", "a/b"};
    enum file_fault fault;

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_null(file_open_read(JIANGHUA, odd[i], &fault));
        assert_int_equal(fault, FILE_MISSING);
        assert_null(file_create(JIANGHUA, odd[i], &fault));
        assert_null(file_continue(JIANGHUA, odd[i], 0, &fault));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(any_part_can_be_read),
        cmocka_unit_test(equal_contents_are_one_blob_in_a_county_and_unlike_elsewhere),
        cmocka_unit_test(the_disk_holds_no_plain_byte),
        cmocka_unit_test(an_altered_blob_does_not_read),
        cmocka_unit_test(blobs_cannot_stand_for_each_other),
        cmocka_unit_test(an_upload_goes_on_where_it_was_synced),
        cmocka_unit_test(without_the_countys_keys_nothing_works),
        cmocka_unit_test(the_sweep_takes_what_is_old_and_unnamed),
        cmocka_unit_test(odd_names_reach_nothing),
    };

    return cmocka_run_group_tests(tests, store_make, store_remove);
}
