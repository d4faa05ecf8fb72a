/* Keys of counties: only under the right master key, only in their own place. */
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

#include <cmocka.h>

#include "tenant/keyring.h"

enum { WRAPPED = KEY_LEN + SEAL_OVERHEAD };

static char path[] = "/tmp/wulian-keyring-XXXXXX";
static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char other_hex[] = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static void file_write(const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, mode), 0);
}

static int file_make(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

static int file_remove(void **state)
{
    (void)state;
    return unlink(path);
}

static void open_with(const char *text)
{
    const char *why = NULL;

    file_write(text, 0600);
    if (!keyring_open(path, &why))
        fail_msg("%s", why);
}

static void bad_files_are_refused(void **state)
{
    static const char *const bad[] = {
        "", "00", "\n",
        "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fx"};
    const char *why;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why = NULL;
        file_write(bad[i], 0600);
        assert_false(keyring_open(path, &why));
        assert_non_null(strstr(why, path));
    }
    file_write(hex, 0644);
    assert_false(keyring_open(path, &why));
    assert_non_null(strstr(why, "other users"));
    assert_false(keyring_open("/nonexistent/key", &why));
    open_with("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    open_with(hex);
}

static void wrapped(uint8_t out[WRAPPED], int county, const char *purpose, uint32_t id, int fill)
{
    uint8_t key[KEY_LEN];

    memset(key, fill, sizeof key);
    keyring_wrap(county, purpose, id, key, out);
}

static void keys_open_only_in_their_place(void **state)
{
    uint8_t w[WRAPPED];

    (void)state;
    open_with(hex);
    wrapped(w, 431129, "data", 1, 7);
    assert_false(keyring_put(321311, "data", 1, w, sizeof w));
    assert_false(keyring_put(431129, "index", 1, w, sizeof w));
    assert_false(keyring_put(431129, "data", 2, w, sizeof w));
    assert_false(keyring_put(431129, "secret", 1, w, sizeof w));
    assert_false(keyring_put(431129, "data", 1, w, sizeof w - 1));
    w[WRAPPED - 1] ^= 1;
    assert_false(keyring_put(431129, "data", 1, w, sizeof w));
    w[WRAPPED - 1] ^= 1;
    open_with(other_hex);
    assert_false(keyring_put(431129, "data", 1, w, sizeof w));
    open_with(hex);
    assert_false(keyring_has(431129));
    assert_true(keyring_put(431129, "data", 1, w, sizeof w));
}

static void newest_data_key_is_used(void **state)
{
    uint8_t w[WRAPPED], index[KEY_LEN];
    struct seal_key k;

    (void)state;
    open_with(hex);
    wrapped(w, 500101, "data", 3, 3);
    assert_true(keyring_put(500101, "data", 3, w, sizeof w));
    assert_false(keyring_has(500101)); /* the index key is missing */
    assert_false(keyring_index_key(500101, index));
    wrapped(w, 500101, "data", 1, 1);
    assert_true(keyring_put(500101, "data", 1, w, sizeof w));
    wrapped(w, 500101, "index", 1, 9);
    assert_true(keyring_put(500101, "index", 1, w, sizeof w));
    wrapped(w, 500101, "pseudonym", 1, 8);
    assert_true(keyring_put(500101, "pseudonym", 1, w, sizeof w));
    assert_true(keyring_has(500101));
    assert_true(keyring_data_key(500101, &k));
    assert_int_equal(k.id, 3);
    assert_int_equal(k.key[0], 3);
    assert_true(keyring_data_key_by_id(500101, 1, &k));
    assert_int_equal(k.key[0], 1);
    assert_false(keyring_data_key_by_id(500101, 2, &k));
    assert_false(keyring_data_key_by_id(500101, 0, &k));
    assert_true(keyring_index_key(500101, index));
    assert_int_equal(index[0], 9);
    assert_false(keyring_data_key(500100, &k));
    assert_false(keyring_data_key(500102, &k));
}

static void many_counties_keep_apart(void **state)
{
    uint8_t w[WRAPPED];
    struct seal_key k;

    (void)state;
    open_with(hex);
    for (int i = 0; i < 300; i++) {
        int county = 600000 + (i * 7919) % 300;

        wrapped(w, county, "data", 1, county % 251);
        assert_true(keyring_put(county, "data", 1, w, sizeof w));
    }
    for (int county = 600000; county < 600300; county++) {
        assert_true(keyring_data_key(county, &k));
        assert_int_equal(k.key[0], county % 251);
    }
}

static void cursor_key_is_the_masters(void **state)
{
    uint8_t a[KEY_LEN], b[KEY_LEN];

    (void)state;
    open_with(hex);
    keyring_cursor_key(a);
    open_with(other_hex);
    keyring_cursor_key(b);
    assert_memory_not_equal(a, b, KEY_LEN);
    open_with(hex);
    keyring_cursor_key(b);
    assert_memory_equal(a, b, KEY_LEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(keys_open_only_in_their_place),
        cmocka_unit_test(newest_data_key_is_used),
        cmocka_unit_test(many_counties_keep_apart),
        cmocka_unit_test(cursor_key_is_the_masters),
    };

    return cmocka_run_group_tests_name("keyring", tests, file_make, file_remove);
}
