/* How often somebody may do something: so many times in so many seconds, all at once or spread,
 * counted over all processes of the server in one shared page. Until pace_open a process counts in
 * a page of its own. Any thread; nothing here blocks or allocates. */
#ifndef WULIAN_BASE_PACE_H
#define WULIAN_BASE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor (close-on-exec) of a fresh page; -1 with errno. */
int pace_page_create(void);
/* Counts there from now on; call it before the first thread is made. False when it cannot be mapped
 * or is of another version: nothing changed. */
bool pace_open(int fd);

struct pace {
    int most; /* at least 1 */
    int seconds;
};

/* Counts one more of `key`, a hash of who does what, at `now` (monotonic µs). 0 when it may be
 * done, else in how many seconds it may, and nothing was counted. Who finds no room on the page
 * may: nobody waits because of others. */
int pace_take(uint64_t key, struct pace p, int64_t now);
/* What pace_take would say; nothing is counted. */
int pace_wait(uint64_t key, struct pace p, int64_t now);

#endif
