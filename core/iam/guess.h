/* Guessing at secrets. Whoever comes by a browser that nobody knows fails only so often in ten
 * minutes, counted by his address (of IPv6, by its network of 64 bits) and by the county he tries:
 * many logins from one place, or one county from many places. Known devices (iam/device.h) are not
 * concerned, so an office works on whoever sits behind its address. Counted in memory, over all
 * processes (base/pace.h); the counter of each login outlives that, in the database. */
#ifndef WULIAN_IAM_GUESS_H
#define WULIAN_IAM_GUESS_H

#include "iam/session.h"

/* Failures in ten minutes; 0, which is the default: any number. Once, at start. */
void guess_limits(int by_address, int by_county);
/* Seconds until this one may try; 0: now. What runs meanwhile is not counted yet, so as many more
 * as there are threads for passwords may slip past. */
int guess_wait(const struct sign_in *s);
/* That try failed. */
void guess_failed(const struct sign_in *s);

#endif
