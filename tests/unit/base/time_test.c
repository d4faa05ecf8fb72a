#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct date day(int year, int month, int d)
{
    return (struct date){year, month, d};
}

static void test_dates(void **state)
{
    static const struct {
        const char *text;
        bool ok;
    } cases[] = {
        {"2026-11-22", true},  {"0001-01-01", true},   {"9999-12-31", true},  {"2024-02-29", true},
        {"2000-02-29", true},  {"1900-02-29", false},  {"2023-02-29", false}, {"2026-04-31", false},
        {"2026-00-01", false}, {"2026-13-01", false},  {"2026-01-00", false}, {"0000-01-01", false},
        {"2026-1-1", false},   {"2026-11-22 ", false}, {"2026-11-2", false},  {"2026/11/22", false},
        {"", false},           {"2026-11-22T", false}, {"-026-11-22", false},
    };
    struct date d;
    char text[DATE_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(date_parse(cases[i].text, &d), cases[i].ok);
        if (!cases[i].ok)
            continue;
        date_format(d, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_compare(void **state)
{
    (void)state;
    assert_int_equal(date_compare(day(2026, 1, 2), day(2026, 1, 2)), 0);
    assert_int_equal(date_compare(day(2025, 12, 31), day(2026, 1, 1)), -1);
    assert_int_equal(date_compare(day(2026, 2, 1), day(2026, 1, 31)), 1);
    assert_int_equal(date_compare(day(2026, 2, 1), day(2026, 2, 2)), -1);
}

static void test_age(void **state)
{
    (void)state;
    assert_int_equal(age_on(day(1960, 11, 22), day(2026, 11, 21)), 65);
    assert_int_equal(age_on(day(1960, 11, 22), day(2026, 11, 22)), 66);
    /* born on 29 February: 1 March in common years, the day itself in leap years */
    assert_int_equal(age_on(day(2012, 2, 29), day(2026, 2, 28)), 13);
    assert_int_equal(age_on(day(2012, 2, 29), day(2026, 3, 1)), 14);
    assert_int_equal(age_on(day(2012, 2, 29), day(2024, 2, 29)), 12);
    assert_int_equal(age_on(day(2012, 2, 29), day(2024, 2, 28)), 11);
    assert_int_equal(age_on(day(2026, 11, 22), day(2026, 11, 22)), 0);
}

static void test_time_parse(void **state)
{
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:00z", 0},
        {"1970-01-01T08:00:00+08:00", 0},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"2026-11-22T08:00:00+08:00", 1795305600000000},
        {"2026-11-22T00:00:00.5Z", 1795305600500000},
        {"2026-11-22T00:00:00.000001-00:00", 1795305600000001},
        {"2026-11-21T12:30:00-11:30", 1795305600000000},
        {"0001-01-01T00:00:00Z", -62135596800000000},
        {"9999-12-31T23:59:59.999999Z", 253402300799999999},
    };
    static const char *const bad[] = {
        "", "2026", "2026-11-22", "2026-11-22T08:00:00", "2026-11-22 08:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z", "2026-11-22T23:59:60Z",
        "2026-02-30T00:00:00Z", "2026-11-22T08:00Z", "2026-11-22T08:00:00.Z",
        "2026-11-22T08:00:00.1234567Z", "2026-11-22T08:00:00+0800", "2026-11-22T08:00:00+08",
        "2026-11-22T08:00:00+24:00", "2026-11-22T08:00:00+08:60", "2026-11-22T08:00:00Zx",
        "2026-11-22T08:00:00+08:00x", "2026-11-22T08:00:00,5Z", "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-00:01",
    };
    int64_t us;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(time_parse(good[i].text, &us));
        assert_true(us == good[i].us);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (time_parse(bad[i], &us))
            fail_msg("accepted: %s", bad[i]);
}

static void test_time_format(void **state)
{
    char text[TIME_TEXT];

    (void)state;
    time_format(1795305600000001, text);
    assert_string_equal(text, "2026-11-22T00:00:00.000001+00:00");
    time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999+00:00");
    time_format(INT64_MAX, text);
    assert_string_equal(text, "294247-01-10T04:00:54.775807+00:00");
    time_format(INT64_MIN, text);
    assert_true(strlen(text) < TIME_TEXT);
}

/* Every day of eight centuries, so every kind of leap year, there and back. */
static void test_round_trip(void **state)
{
    struct date d = day(1600, 1, 1);
    char text[TIME_TEXT], expected[DATE_TEXT];
    int64_t us;

    (void)state;
    assert_true(time_parse("1600-01-01T12:00:00Z", &us));
    while (d.year < 2400) {
        int64_t back;

        time_format(us, text);
        date_format(d, expected);
        assert_memory_equal(text, expected, 10);
        assert_true(time_parse(text, &back) && back == us);
        us += INT64_C(86400000000);
        d.day++;
        if (!date_valid(d))
            d = d.month == 12 ? day(d.year + 1, 1, 1) : day(d.year, d.month + 1, 1);
    }
}

static void test_clocks(void **state)
{
    int64_t mono = clock_mono();
    struct date before, after;
    char text[TIME_TEXT], today[DATE_TEXT];

    (void)state;
    assert_true(clock_mono() >= mono);
    assert_true(clock_us() > INT64_C(1700000000) * 1000000);
    /* once more when midnight falls between the two looks */
    do {
        before = date_today();
        time_format(clock_us() + INT64_C(8) * 3600 * 1000000, text);
        after = date_today();
    } while (date_compare(before, after) != 0);
    date_format(after, today);
    assert_memory_equal(text, today, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),       cmocka_unit_test(test_compare),
        cmocka_unit_test(test_age),         cmocka_unit_test(test_time_parse),
        cmocka_unit_test(test_time_format), cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_clocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
