/* When a chore's moments are: its `at` ("weekly 1 08:00", plugin.h) over the days of Asia/Shanghai.
 * Pure; instants are seconds since 1970-01-01T00:00:00Z. */
#ifndef WULIAN_RECORD_CHORE_TIME_H
#define WULIAN_RECORD_CHORE_TIME_H

#include <stdbool.h>
#include <stdint.h>

enum chore_kind {
    CHORE_MIN,    /* every so many minutes, from midnight UTC+8 of 1970 on */
    CHORE_HOURLY, /* at that minute of every hour */
    CHORE_DAILY,
    CHORE_WEEKLY,
    CHORE_MONTHLY,
    CHORE_YEARLY
};

struct chore_time {
    enum chore_kind kind;
    int every;   /* CHORE_MIN: minutes, 1 … 1440 */
    int minute;  /* of the hour (CHORE_HOURLY) or of the day */
    int weekday; /* 1 Monday … 7 */
    int month;   /* 1 … 12 */
    int day;     /* of the month; one that a month lacks is its last, and so is -1 */
};

/* False when it is none of the forms. */
bool chore_time_parse(const char *at, struct chore_time *out);
/* The first moment after `after`. */
int64_t chore_time_next(const struct chore_time *t, int64_t after);
/* Whether every moment that was missed is run; else only the last of them. */
bool chore_time_each(const struct chore_time *t);
/* The moment to run when `done` is the last one done: the next, or of those that are not run each
 * the last up to `until`. Past `until` when there is none yet. */
int64_t chore_time_due(const struct chore_time *t, int64_t done, int64_t until);

#endif
