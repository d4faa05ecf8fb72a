#include "base/time.h"

#include <string.h>
#include <time.h>

#include "base/str.h"

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY (86400 * US_PER_SECOND)
#define SHANGHAI_US (8 * 3600 * US_PER_SECOND)

static int64_t clock_read(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

int64_t clock_us(void)
{
    return clock_read(CLOCK_REALTIME);
}

int64_t clock_mono(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && leap(year));
}

bool date_valid(struct date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= days_in_month(d.year, d.month);
}

/* Exactly n digits at s; stops at the first other byte, so never reads past the end. */
static bool digits(const char *s, int n, int *out)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        value = value * 10 + (s[i] - '0');
    }
    *out = value;
    return true;
}

static bool date_read(const char *s, struct date *out)
{
    struct date d;

    if (!digits(s, 4, &d.year) || s[4] != '-' || !digits(s + 5, 2, &d.month) || s[7] != '-' ||
        !digits(s + 8, 2, &d.day) || !date_valid(d))
        return false;
    *out = d;
    return true;
}

bool date_parse(const char *s, struct date *out)
{
    struct date d;

    if (!date_read(s, &d) || s[10])
        return false;
    *out = d;
    return true;
}

void date_format(struct date d, char out[DATE_TEXT])
{
    str_format(out, DATE_TEXT, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* Days since 1970-01-01 of a proleptic Gregorian date, counted in eras of 400 years whose years
 * begin in March, so that the leap day is a year's last. */
int64_t date_to_days(struct date d)
{
    int64_t year = d.year - (d.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date date_of_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day = z - era * 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct date d;

    d.day = (int)(of_year - (153 * month + 2) / 5 + 1);
    d.month = (int)(month < 10 ? month + 3 : month - 9);
    d.year = (int)(year + era * 400 + (d.month <= 2));
    return d;
}

/* Whole days before `us`, rounded towards the past. */
static int64_t day_of(int64_t us)
{
    return us / US_PER_DAY - (us % US_PER_DAY < 0);
}

struct date date_today(void)
{
    return date_of_days(day_of(clock_us() + SHANGHAI_US));
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

int age_on(struct date birth, struct date on)
{
    bool before = on.month < birth.month || (on.month == birth.month && on.day < birth.day);

    return on.year - birth.year - before;
}

/* ".123" → 123000 and moves *s behind it; no fraction is 0. */
static bool fraction_read(const char **s, int *us)
{
    int n = 0;

    *us = 0;
    if (**s != '.')
        return true;
    for ((*s)++; **s >= '0' && **s <= '9'; (*s)++, n++) {
        if (n == 6)
            return false;
        *us = *us * 10 + (**s - '0');
    }
    if (n == 0)
        return false;
    for (; n < 6; n++)
        *us *= 10;
    return true;
}

/* "Z" or "+08:00", the rest of the text. */
static bool offset_read(const char *s, int64_t *us)
{
    int hour, minute;

    *us = 0;
    if (*s == 'Z' || *s == 'z')
        return s[1] == '\0';
    if ((*s != '+' && *s != '-') || !digits(s + 1, 2, &hour) || s[3] != ':' ||
        !digits(s + 4, 2, &minute) || s[6])
        return false;
    *us = (hour * 3600 + minute * 60) * (*s == '-' ? -US_PER_SECOND : US_PER_SECOND);
    return hour <= 23 && minute <= 59;
}

bool time_parse(const char *s, int64_t *us)
{
    struct date d;
    int hour, minute, second, fraction;
    int64_t offset, result;
    const char *rest;

    if (!date_read(s, &d) || (s[10] != 'T' && s[10] != 't') || !digits(s + 11, 2, &hour) ||
        s[13] != ':' || !digits(s + 14, 2, &minute) || s[16] != ':' ||
        !digits(s + 17, 2, &second) || hour > 23 || minute > 59 || second > 59)
        return false;
    rest = s + 19;
    if (!fraction_read(&rest, &fraction) || !offset_read(rest, &offset))
        return false;
    result = date_to_days(d) * US_PER_DAY +
             (hour * 3600 + minute * 60 + second) * US_PER_SECOND + fraction - offset;
    /* an offset may carry the first or last day of the calendar out of it */
    if (!date_valid(date_of_days(day_of(result))))
        return false;
    *us = result;
    return true;
}

/* So many digits of n and the mark behind them. */
static char *number_put(char *at, int n, int digits, char mark)
{
    for (int i = digits; i-- > 0; n /= 10)
        at[i] = (char)('0' + n % 10);
    at[digits] = mark;
    return at + digits + 1;
}

void time_format(int64_t us, char out[TIME_TEXT])
{
    int64_t day = day_of(us);
    int64_t rest = us % US_PER_DAY + (us % US_PER_DAY < 0 ? US_PER_DAY : 0);
    int seconds = (int)(rest / US_PER_SECOND);
    struct date d = date_of_days(day);
    char *at = out;

    if (d.year >= 0 && d.year < 1000) {
        at = number_put(at, d.year, 4, '-');
    } else {
        at += int64_text(d.year, at);
        *at++ = '-';
    }
    at = number_put(at, d.month, 2, '-');
    at = number_put(at, d.day, 2, 'T');
    at = number_put(at, seconds / 3600, 2, ':');
    at = number_put(at, seconds / 60 % 60, 2, ':');
    at = number_put(at, seconds % 60, 2, '.');
    at = number_put(at, (int)(rest % US_PER_SECOND), 6, '+');
    memcpy(at, "00:00", sizeof "00:00");
}
