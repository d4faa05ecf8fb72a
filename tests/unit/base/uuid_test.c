#include "base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"

enum { THREADS = 4, EACH = 20000 };

static void test_shape(void **state)
{
    char id[UUID_TEXT];

    (void)state;
    uuid7(id);
    assert_int_equal(strlen(id), 36);
    assert_true(uuid_valid(id));
    assert_true(uuid7_valid(id));
}

static void test_time_is_now(void **state)
{
    char id[UUID_TEXT], hex[13];
    int64_t before = clock_us() / 1000;
    int64_t ms;

    (void)state;
    uuid7(id);
    memcpy(hex, id, 8);
    memcpy(hex + 8, id + 9, 4);
    hex[12] = '\0';
    ms = strtoll(hex, NULL, 16);
    assert_true(ms >= before - 1 && ms <= clock_us() / 1000 + 1000);
}

static void test_strictly_increasing(void **state)
{
    char last[UUID_TEXT] = "", id[UUID_TEXT];

    (void)state;
    for (int i = 0; i < 100000; i++) {
        uuid7(id);
        assert_true(strcmp(last, id) < 0);
        memcpy(last, id, sizeof id);
    }
}

static void *many(void *arg)
{
    char(*ids)[UUID_TEXT] = arg;

    for (int i = 0; i < EACH; i++)
        uuid7(ids[i]);
    return NULL;
}

static int text_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void test_threads_never_collide(void **state)
{
    static char ids[THREADS * EACH][UUID_TEXT];
    pthread_t threads[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, many, ids[i * EACH]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS * EACH; i++)
        if (i % EACH != 0)
            assert_true(strcmp(ids[i - 1], ids[i]) < 0);
    /* the part before the noise is unique by itself */
    qsort(ids, THREADS * EACH, UUID_TEXT, text_compare);
    for (int i = 1; i < THREADS * EACH; i++)
        assert_true(strncmp(ids[i - 1], ids[i], 18) != 0);
}

static void test_valid(void **state)
{
    static const struct {
        const char *text;
        bool any, seven;
    } cases[] = {
        {"01890a5d-ac96-774b-bcce-b302099a8057", true, true},
        {"01890a5d-ac96-774b-8cce-b302099a8057", true, true},
        {"01890a5d-ac96-774b-7cce-b302099a8057", true, false},
        {"01890a5d-ac96-774b-ccce-b302099a8057", true, false},
        {"01890a5d-ac96-474b-bcce-b302099a8057", true, false},
        {"00000000-0000-0000-0000-000000000000", true, false},
        {"01890A5D-ac96-774b-bcce-b302099a8057", false, false},
        {"01890a5dac96774bbcceb302099a8057", false, false},
        {"01890a5d-ac96-774b-bcce-b302099a805", false, false},
        {"01890a5d-ac96-774b-bcce-b302099a80577", false, false},
        {"01890a5d-ac96-774b-bcce-b302099a805g", false, false},
        {"{1890a5d-ac96-774b-bcce-b302099a8057", false, false},
        {"01890a5d-ac96-774b-bcce_b302099a8057", false, false},
        {"", false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(uuid_valid(cases[i].text), cases[i].any);
        assert_int_equal(uuid7_valid(cases[i].text), cases[i].seven);
    }
}

static bool valid_ahead(int64_t ms)
{
    int64_t at = clock_us() / 1000 + ms;
    char id[UUID_TEXT];

    str_format(id, sizeof id, "%08x-%04x-7000-8000-000000000000", (unsigned)(at >> 16),
               (unsigned)(at & 0xFFFF));
    return uuid7_valid(id);
}

static void test_at_most_a_day_ahead(void **state)
{
    (void)state;
    assert_true(valid_ahead(-1000));
    assert_true(valid_ahead(86400000 - 60000));
    assert_false(valid_ahead(86400000 + 60000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape),
        cmocka_unit_test(test_time_is_now),
        cmocka_unit_test(test_strictly_increasing),
        cmocka_unit_test(test_threads_never_collide),
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_at_most_a_day_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
