#include "sheet/serial.h"

#include <string.h>

enum { DAYS_400_YEARS = 146097, FAKE_DAY = 60 };

/* Days since 0000-03-01, so that the leap day ends a year. */
static int64_t day_number(struct date d)
{
    int64_t y = d.month <= 2 ? d.year - 1 : d.year;
    int64_t m = d.month <= 2 ? d.month + 9 : d.month - 3;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + d.day - 1;
}

static struct date day_date(int64_t n)
{
    int64_t cycle = n / DAYS_400_YEARS, rest = n % DAYS_400_YEARS;
    int64_t year = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int64_t day = rest - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * day + 2) / 153;
    struct date d;

    d.day = (int)(day - (153 * month + 2) / 5 + 1);
    d.month = (int)(month < 10 ? month + 3 : month - 9);
    d.year = (int)(cycle * 400 + year + (d.month <= 2));
    return d;
}

bool serial_date(int64_t serial, bool from_1904, struct date *out)
{
    int64_t base;

    if (serial < 0 || serial > 3000000 || (!from_1904 && (serial == FAKE_DAY || serial == 0)))
        return false;
    if (from_1904)
        base = day_number((struct date){1904, 1, 1});
    else
        base = day_number((struct date){1899, 12, serial < FAKE_DAY ? 31 : 30});
    *out = day_date(base + serial);
    return out->year <= 9999;
}

int64_t serial_of(struct date d)
{
    int64_t n = day_number(d) - day_number((struct date){1899, 12, 30});

    if (n <= FAKE_DAY)
        n--;
    return n > 0 ? n : 0;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits from *at on, into d; `places` counts those behind the point. */
static bool take_digits(const char *s, size_t n, size_t *at, struct decimal *d, int *zeros,
                        int *seen)
{
    for (; *at < n && digit(s[*at]); (*at)++, (*seen)++) {
        if (s[*at] == '0') {
            *zeros += d->n > 0;
            d->point += d->n == 0;
            continue;
        }
        for (; *zeros > 0 && d->n < DECIMAL_DIGITS; (*zeros)--)
            d->digit[d->n++] = '0';
        if (d->n >= DECIMAL_DIGITS)
            return false;
        d->digit[d->n++] = s[*at];
    }
    return true;
}

static bool take_exponent(const char *s, size_t n, size_t *at, int *out)
{
    bool minus = *at < n && s[*at] == '-';
    size_t start;

    *at += *at < n && (s[*at] == '-' || s[*at] == '+');
    start = *at;
    for (*out = 0; *at < n && digit(s[*at]) && *out < 1000; (*at)++)
        *out = *out * 10 + (s[*at] - '0');
    if (minus)
        *out = -*out;
    return *at > start;
}

bool decimal_parse(const char *s, size_t n, struct decimal *out)
{
    int zeros = 0, before = 0, after = 0, exponent = 0, leading;
    size_t at = 0;

    memset(out, 0, sizeof *out);
    if (n && (s[0] == '-' || s[0] == '+'))
        out->negative = s[at++] == '-';
    if (!take_digits(s, n, &at, out, &zeros, &before))
        return false;
    if (at < n && s[at] == '.') {
        at++;
        if (!take_digits(s, n, &at, out, &zeros, &after))
            return false;
    }
    if (before + after == 0)
        return false;
    leading = out->point;
    if (at < n && (s[at] == 'e' || s[at] == 'E')) {
        at++;
        out->exponent = true;
        if (!take_exponent(s, n, &at, &exponent))
            return false;
    }
    out->point = out->n ? before - leading + exponent : 0;
    if (!out->n)
        out->negative = false;
    return at == n && out->point <= DECIMAL_DIGITS && out->point >= -DECIMAL_DIGITS;
}

void decimal_round(struct decimal *d, int digits)
{
    bool up;

    if (d->n <= digits)
        return;
    up = d->digit[digits] >= '5';
    d->n = digits;
    while (up && d->n > 0) {
        up = d->digit[d->n - 1] == '9';
        if (up)
            d->n--;
        else
            d->digit[d->n - 1]++;
    }
    if (up) {
        d->digit[d->n++] = '1';
        d->point++;
    }
    while (d->n > 0 && d->digit[d->n - 1] == '0')
        d->n--;
}

size_t decimal_format(const struct decimal *d, char out[DECIMAL_TEXT])
{
    size_t n = 0;

    if (d->negative)
        out[n++] = '-';
    for (int i = 0; i < d->point; i++)
        out[n++] = i < d->n ? d->digit[i] : '0';
    if (d->point <= 0)
        out[n++] = '0';
    if (d->point < d->n)
        out[n++] = '.';
    for (int i = d->point; i < 0 && d->n; i++)
        out[n++] = '0';
    for (int i = d->point > 0 ? d->point : 0; i < d->n; i++)
        out[n++] = d->digit[i];
    out[n] = '\0';
    return n;
}
