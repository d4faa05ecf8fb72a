/* Excel's numbers: days as serials, and decimals as it shows them; inside core/sheet only. */
#ifndef WULIAN_SHEET_SERIAL_H
#define WULIAN_SHEET_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

enum { DECIMAL_DIGITS = 40, DECIMAL_TEXT = 96, EXCEL_DIGITS = 15 };

/* Day `serial` of the 1900 system (1 is 1900-01-01, 60 the 29 February 1900 that never was: false)
 * or of the 1904 system (0 is 1904-01-01). False beyond 9999-12-31. */
bool serial_date(int64_t serial, bool from_1904, struct date *out);
/* And back; 0 for a day before the system's first. */
int64_t serial_of(struct date d);

/* A decimal number: 0.d1d2d3… × 10^point, without leading or trailing zeros; 0 has no digits. */
struct decimal {
    bool negative, exponent; /* exponent: it was written with one */
    int n, point;
    char digit[DECIMAL_DIGITS];
};

/* [+-]digits[.digits][e[+-]digits], the whole of s[0..n); false for anything else, more than
 * DECIMAL_DIGITS significant digits or a point more than DECIMAL_DIGITS places away. */
bool decimal_parse(const char *s, size_t n, struct decimal *out);
/* To `digits` significant ones, half up. */
void decimal_round(struct decimal *d, int digits);
/* Without exponent, "-12.5". */
size_t decimal_format(const struct decimal *d, char out[DECIMAL_TEXT]);

#endif
