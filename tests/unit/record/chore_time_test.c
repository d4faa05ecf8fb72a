/* Moments of chores: month ends, leap years, weeks and years, and what was missed. */
#include "record/chore_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"

/* "2026-11-22T08:00:00+08:00" in seconds. */
static int64_t at(const char *text)
{
    int64_t us = 0;

    assert_true(time_parse(text, &us));
    return us / 1000000;
}

static struct chore_time parsed(const char *text)
{
    struct chore_time t;

    if (!chore_time_parse(text, &t))
        fail_msg("%s is not read", text);
    return t;
}

/* The moments after the first one are these, in order. */
static void moments(const char *text, const char *const *when, int n)
{
    struct chore_time t = parsed(text);

    for (int i = 1; i < n; i++) {
        char got[TIME_TEXT], wanted[TIME_TEXT];

        time_format(chore_time_next(&t, at(when[i - 1])) * 1000000, got);
        time_format(at(when[i]) * 1000000, wanted);
        assert_string_equal(got, wanted);
    }
}

#define MOMENTS(text, ...)                                                                         \
    do {                                                                                           \
        static const char *const when[] = {__VA_ARGS__};                                           \
        moments(text, when, sizeof when / sizeof when[0]);                                         \
    } while (0)

static void days(void **state)
{
    (void)state;
    MOMENTS("daily 01:00", "2026-02-27T01:00:00+08:00", "2026-02-28T01:00:00+08:00",
            "2026-03-01T01:00:00+08:00");
    MOMENTS("daily 00:00", "2026-12-31T00:00:00+08:00", "2027-01-01T00:00:00+08:00");
    MOMENTS("daily 23:59", "2026-11-22T12:00:00+08:00", "2026-11-22T23:59:00+08:00",
            "2026-11-23T23:59:00+08:00");
    /* a moment of the morning in Shanghai is one of the day before in UTC */
    MOMENTS("daily 05:30", "2026-11-21T21:29:59Z", "2026-11-21T21:30:00Z", "2026-11-22T21:30:00Z");
}

static void weeks(void **state)
{
    (void)state;
    MOMENTS("weekly 1 08:00", "2026-11-22T09:00:00+08:00", "2026-11-23T08:00:00+08:00",
            "2026-11-30T08:00:00+08:00", "2026-12-07T08:00:00+08:00");
    MOMENTS("weekly 7 08:00", "2026-11-22T07:59:59+08:00", "2026-11-22T08:00:00+08:00",
            "2026-11-29T08:00:00+08:00");
    MOMENTS("weekly 4 00:00", "1969-12-24T12:00:00+08:00", "1969-12-25T00:00:00+08:00",
            "1970-01-01T00:00:00+08:00");
}

static void months(void **state)
{
    (void)state;
    MOMENTS("monthly 1 00:10", "2026-11-22T00:00:00+08:00", "2026-12-01T00:10:00+08:00",
            "2027-01-01T00:10:00+08:00", "2027-02-01T00:10:00+08:00");
    MOMENTS("monthly -1 23:00", "2027-01-31T23:00:00+08:00", "2027-02-28T23:00:00+08:00",
            "2027-03-31T23:00:00+08:00", "2027-04-30T23:00:00+08:00");
    MOMENTS("monthly -1 23:00", "2028-02-01T00:00:00+08:00", "2028-02-29T23:00:00+08:00");
    MOMENTS("monthly 31 08:00", "2026-03-31T08:00:00+08:00", "2026-04-30T08:00:00+08:00",
            "2026-05-31T08:00:00+08:00");
    MOMENTS("monthly 29 08:00", "2027-02-01T00:00:00+08:00", "2027-02-28T08:00:00+08:00",
            "2027-03-29T08:00:00+08:00");
    MOMENTS("monthly -1 00:00", "2100-02-01T00:00:00+08:00", "2100-02-28T00:00:00+08:00");
    MOMENTS("monthly -1 00:00", "2000-02-01T00:00:00+08:00", "2000-02-29T00:00:00+08:00");
}

static void years(void **state)
{
    (void)state;
    MOMENTS("yearly 01-20 00:10", "2026-11-22T00:00:00+08:00", "2027-01-20T00:10:00+08:00",
            "2028-01-20T00:10:00+08:00");
    MOMENTS("yearly 12-31 23:59", "2026-12-31T23:59:00+08:00", "2027-12-31T23:59:00+08:00");
    MOMENTS("yearly 02-29 08:00", "2027-01-01T00:00:00+08:00", "2027-02-28T08:00:00+08:00",
            "2028-02-29T08:00:00+08:00", "2029-02-28T08:00:00+08:00");
}

static void minutes_and_hours(void **state)
{
    (void)state;
    MOMENTS("10 min", "2026-11-22T08:00:01+08:00", "2026-11-22T08:10:00+08:00",
            "2026-11-22T08:20:00+08:00");
    MOMENTS("1440 min", "2026-11-22T08:00:00+08:00", "2026-11-23T00:00:00+08:00",
            "2026-11-24T00:00:00+08:00");
    MOMENTS("hourly 05", "2026-11-22T08:05:00+08:00", "2026-11-22T09:05:00+08:00");
    MOMENTS("hourly 00", "2026-12-31T23:30:00+08:00", "2027-01-01T00:00:00+08:00");
}

static void due_is(const char *text, const char *done, const char *until, const char *wanted)
{
    struct chore_time t = parsed(text);

    assert_int_equal(chore_time_due(&t, at(done), at(until)), at(wanted));
}

static void missed(void **state)
{
    (void)state;
    /* each in order */
    due_is("daily 01:00", "2026-11-01T01:00:00+08:00", "2026-11-22T12:00:00+08:00",
           "2026-11-02T01:00:00+08:00");
    due_is("monthly -1 23:00", "2026-08-31T23:00:00+08:00", "2026-11-22T12:00:00+08:00",
           "2026-09-30T23:00:00+08:00");
    /* the last only */
    due_is("10 min", "2026-11-01T01:00:00+08:00", "2026-11-22T12:07:00+08:00",
           "2026-11-22T12:00:00+08:00");
    due_is("hourly 30", "2026-11-01T01:00:00+08:00", "2026-11-22T12:07:00+08:00",
           "2026-11-22T11:30:00+08:00");
    /* none yet */
    due_is("10 min", "2026-11-22T12:00:00+08:00", "2026-11-22T12:07:00+08:00",
           "2026-11-22T12:10:00+08:00");
    due_is("weekly 1 08:00", "2026-11-23T08:00:00+08:00", "2026-11-29T12:00:00+08:00",
           "2026-11-30T08:00:00+08:00");
    /* the moment itself counts, and one done ahead of time is not done again */
    due_is("daily 01:00", "2026-11-21T01:00:00+08:00", "2026-11-22T01:00:00+08:00",
           "2026-11-22T01:00:00+08:00");
    due_is("hourly 30", "2026-12-31T23:30:00+08:00", "2026-11-22T12:00:00+08:00",
           "2027-01-01T00:30:00+08:00");
}

static void not_read(void **state)
{
    static const char *const bad[] = {"",
                                      "daily",
                                      "daily 1:00",
                                      "daily 24:00",
                                      "daily 01:60",
                                      "daily 01:00 ",
                                      "weekly 0 08:00",
                                      "weekly 8 08:00",
                                      "weekly 1",
                                      "weekly Mo 08:00",
                                      "monthly 0 00:10",
                                      "monthly 32 00:10",
                                      "monthly -2 00:10",
                                      "monthly 01 00:10",
                                      "monthly 1",
                                      "yearly 13-01 00:10",
                                      "yearly 02-30 00:10",
                                      "yearly 1-20 00:10",
                                      "yearly 00-10 00:10",
                                      "0 min",
                                      "1441 min",
                                      "10 mins",
                                      "10min",
                                      "-5 min",
                                      "hourly 60",
                                      "hourly 5",
                                      "hourly",
                                      "Daily 01:00",
                                      "99999 min"};
    struct chore_time t;

    (void)state;
    assert_false(chore_time_parse(NULL, &t));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (chore_time_parse(bad[i], &t))
            fail_msg("%s is read", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days),     cmocka_unit_test(weeks),  cmocka_unit_test(months),
        cmocka_unit_test(years),    cmocka_unit_test(missed), cmocka_unit_test(minutes_and_hours),
        cmocka_unit_test(not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
