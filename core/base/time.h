/* Time. Instants are microseconds since 1970-01-01T00:00:00Z; dates are plain calendar dates; the
 * civil day of the platform is that of Asia/Shanghai (UTC+8, no daylight saving since 1991). */
#ifndef WULIAN_BASE_TIME_H
#define WULIAN_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TIME_TEXT = 40, DATE_TEXT = 11 };

struct date {
    int year, month, day; /* 1..9999, 1..12, 1..31 */
};

int64_t clock_us(void);   /* wall clock */
int64_t clock_mono(void); /* monotonic, microseconds */

bool date_valid(struct date d);
/* "2026-11-22", the whole of s. */
bool date_parse(const char *s, struct date *out);
void date_format(struct date d, char out[DATE_TEXT]);
struct date date_today(void); /* in Asia/Shanghai */
int64_t date_to_days(struct date d); /* since 1970-01-01 */
/* The date so many days after 1970-01-01. */
struct date date_of_days(int64_t days);
int date_compare(struct date a, struct date b);
/* Full years on day `on`; someone born on 29 February turns on 1 March in common years. */
int age_on(struct date birth, struct date on);

/* RFC 3339 with offset ("2026-11-22T08:00:00+08:00", "…Z", fraction up to 6 digits). */
bool time_parse(const char *s, int64_t *us);
/* RFC 3339 in UTC with microseconds and "+00:00". */
void time_format(int64_t us, char out[TIME_TEXT]);

#endif
