#include "record/chore_time.h"

#include <stddef.h>
#include <string.h>

#include "base/time.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, SHANGHAI = 8 * HOUR, HORIZON_DAYS = 4 * 366 };

/* ---- reading --------------------------------------------------------------------------------- */

/* Two digits up to `most`; -1 when they are not. */
static int two_digits(const char *s, int most)
{
    if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
        return -1;
    int n = (s[0] - '0') * 10 + s[1] - '0';
    return n <= most ? n : -1;
}

/* "08:30" to the end. */
static bool clock_read(const char *s, struct chore_time *t)
{
    int hour, minute;
    if (strlen(s) != 5 || s[2] != ':' || (hour = two_digits(s, 23)) < 0 ||
        (minute = two_digits(s + 3, 59)) < 0)
        return false;
    t->minute = hour * 60 + minute;
    return true;
}

/* Up to four digits, with an end. */
static const char *number_read(const char *s, int *n)
{
    int digits = 0;
    for (*n = 0; digits < 4 && s[digits] >= '0' && s[digits] <= '9'; digits++)
        *n = *n * 10 + s[digits] - '0';
    return digits && s[0] != '0' ? s + digits : NULL;
}

static bool min_read(const char *s, struct chore_time *t)
{
    s = number_read(s, &t->every);
    return s && strcmp(s, " min") == 0 && t->every <= 1440;
}

static bool hourly_read(const char *s, struct chore_time *t)
{
    t->minute = strlen(s) == 2 ? two_digits(s, 59) : -1;
    return t->minute >= 0;
}

static bool weekly_read(const char *s, struct chore_time *t)
{
    t->weekday = s[0] - '0';
    return s[0] >= '1' && s[0] <= '7' && s[1] == ' ' && clock_read(s + 2, t);
}

static bool monthly_read(const char *s, struct chore_time *t)
{
    if (strncmp(s, "-1 ", 3) == 0) {
        t->day = -1;
        return clock_read(s + 3, t);
    }
    s = number_read(s, &t->day);
    return s && t->day <= 31 && *s == ' ' && clock_read(s + 1, t);
}

static bool yearly_read(const char *s, struct chore_time *t)
{
    if (strlen(s) != 11 || s[2] != '-' || s[5] != ' ')
        return false;
    t->month = two_digits(s, 12);
    t->day = two_digits(s + 3, 31);
    const struct date leap = {2024, t->month, t->day};
    return t->month > 0 && t->day > 0 && date_valid(leap) && clock_read(s + 6, t);
}

bool chore_time_parse(const char *at, struct chore_time *out)
{
    static const struct {
        const char *word;
        enum chore_kind kind;
        bool (*read)(const char *s, struct chore_time *t);
    } forms[] = {{"hourly ", CHORE_HOURLY, hourly_read}, {"daily ", CHORE_DAILY, clock_read},
                 {"weekly ", CHORE_WEEKLY, weekly_read}, {"monthly ", CHORE_MONTHLY, monthly_read},
                 {"yearly ", CHORE_YEARLY, yearly_read}, {"", CHORE_MIN, min_read}};
    for (size_t i = 0; at && i < sizeof forms / sizeof forms[0]; i++) {
        size_t n = strlen(forms[i].word);
        if (strncmp(at, forms[i].word, n) != 0)
            continue;
        *out = (struct chore_time){.kind = forms[i].kind};
        return forms[i].read(at + n, out);
    }
    return false;
}

/* ---- days ------------------------------------------------------------------------------------ */

static int month_length(struct date d)
{
    d.day = 28;
    while (date_valid((struct date){d.year, d.month, d.day + 1}))
        d.day++;
    return d.day;
}

/* Whether the chore has a moment on that day. */
static bool falls_on(const struct chore_time *t, int64_t days)
{
    if (t->kind == CHORE_DAILY)
        return true;
    if (t->kind == CHORE_WEEKLY) /* 1970-01-01 was a Thursday */
        return ((days + 3) % 7 + 7) % 7 + 1 == t->weekday;
    const struct date d = date_of_days(days);
    if (t->kind == CHORE_YEARLY && d.month != t->month)
        return false;
    int length = month_length(d);
    return d.day == (t->day < 0 || t->day > length ? length : t->day);
}

static int64_t floor_to(int64_t n, int64_t step)
{
    int64_t rest = n % step;
    return n - rest - (rest < 0 ? step : 0);
}

/* ---- moments --------------------------------------------------------------------------------- */

static int64_t step_of(const struct chore_time *t)
{
    return t->kind == CHORE_MIN ? (int64_t)t->every * MINUTE : HOUR;
}

/* The last moment up to `until`, of those that come every so often. */
static int64_t last_of(const struct chore_time *t, int64_t until)
{
    int64_t offset = t->kind == CHORE_MIN ? -SHANGHAI : (int64_t)t->minute * MINUTE;
    return floor_to(until - offset, step_of(t)) + offset;
}

int64_t chore_time_next(const struct chore_time *t, int64_t after)
{
    if (!chore_time_each(t))
        return last_of(t, after) + step_of(t);
    int64_t days = floor_to(after + SHANGHAI, DAY) / DAY;
    for (int i = 0; i <= HORIZON_DAYS; i++, days++) {
        int64_t moment = days * DAY - SHANGHAI + (int64_t)t->minute * MINUTE;
        if (moment > after && falls_on(t, days))
            return moment;
    }
    return INT64_MAX; /* never: every form has a day within four years */
}

bool chore_time_each(const struct chore_time *t)
{
    return t->kind != CHORE_MIN && t->kind != CHORE_HOURLY;
}

int64_t chore_time_due(const struct chore_time *t, int64_t done, int64_t until)
{
    int64_t next = chore_time_next(t, done);
    return next > until || chore_time_each(t) ? next : last_of(t, until);
}
