/* Meters: one page for many processes, and no room for more than it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/meter.h"

struct found {
    const char *sample;
    int64_t n;
    int times, all;
};

static void look(void *arg, const char *sample, int64_t n)
{
    struct found *f = arg;

    f->all++;
    if (strcmp(sample, f->sample) == 0) {
        f->n = n;
        f->times++;
    }
}

static struct found find(const char *sample)
{
    struct found f = {.sample = sample};

    meter_each(look, &f);
    return f;
}

static void a_name_is_one_count(void **state)
{
    meter *m = meter_named("asked_total{code=\"%s\"}", "a");

    (void)state;
    meter_add(m, 2);
    meter_add(meter_named("asked_total{code=\"a\"}"), 3);
    meter_set(meter_named("asked_total{code=\"b\"}"), -7);
    assert_int_equal(find("asked_total{code=\"a\"}").n, 5);
    assert_int_equal(find("asked_total{code=\"a\"}").times, 1);
    assert_int_equal(find("asked_total{code=\"b\"}").n, -7);
    assert_int_equal(find("never_asked").times, 0);
}

/* Four processes that begin together, each with the same hundred names. */
static void processes_count_in_one_page_and_outlive_none(void **state)
{
    int fd = meter_page_create();
    pid_t pid[4];

    (void)state;
    assert_true(fd >= 0);
    assert_true(meter_open(fd));
    for (int p = 0; p < 4; p++) {
        pid[p] = fork();
        if (pid[p] == 0) {
            for (int i = 0; i < 1000; i++)
                meter_add(meter_named("shared_total{n=\"%d\"}", i % 100), 1);
            _exit(0);
        }
    }
    for (int p = 0; p < 4; p++)
        waitpid(pid[p], NULL, 0);
    for (int i = 0; i < 100; i++) {
        char name[64];

        snprintf(name, sizeof name, "shared_total{n=\"%d\"}", i);
        assert_int_equal(find(name).times, 1);
        assert_int_equal(find(name).n, 40);
    }
    close(fd);
}

static void what_finds_no_place_is_counted_as_lost(void **state)
{
    int fd = meter_page_create();

    (void)state;
    assert_true(meter_open(fd));
    for (int i = 0; i < METERS + 10; i++)
        meter_add(meter_named("n_total{n=\"%d\"}", i), 1);
    assert_int_equal(find(METER_LOST).n, 10);
    assert_int_equal(find(METER_LOST).all, METERS + 1);
    assert_int_equal(meter_read(meter_named("n_total{n=\"0\"}")), 1);
    close(fd);
}

static void a_long_name_is_cut(void **state)
{
    char name[METER_TEXT * 2];
    struct found f;

    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    meter_add(meter_named("%s", name), 1);
    name[METER_TEXT - sizeof(int32_t) - 1] = '\0';
    f = find(name);
    assert_int_equal(f.times, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_one_count),
        cmocka_unit_test(a_long_name_is_cut),
        cmocka_unit_test(processes_count_in_one_page_and_outlive_none),
        cmocka_unit_test(what_finds_no_place_is_counted_as_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
