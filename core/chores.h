/* Chores in the jobs process, and on the command line. */
#ifndef WULIAN_CHORES_H
#define WULIAN_CHORES_H

#include <stdbool.h>

#include "record/chore_run.h"

struct settings;

enum { CHORES_AT_ONCE = 200 }; /* moments of one county before others have their turn */

/* The connections that h lacks; false when one cannot be made, which is logged. */
bool chore_host_open(struct chore_host *h, const struct settings *s);
void chore_host_close(struct chore_host *h);

#endif
