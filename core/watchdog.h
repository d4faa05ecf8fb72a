/* What the crash slots tell the master: who was to blame for a process that ended, and which call
 * has stayed past twice its deadline, so that its process must end. */
#ifndef WULIAN_WATCHDOG_H
#define WULIAN_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "slots.h"

struct judge;

/* A process ended by itself, with waitpid's status, and this was its row: names what was in flight
 * and counts who ended it. When no thread owned up (killed as a whole, or by _exit), a plugin is
 * blamed only if nobody else was in flight, and never for SIGKILL, which comes from outside.
 * Whether a plugin was. */
bool watchdog_blame(struct judge *j, const char *process, const struct crash_slot *row, int status);

/* Whether the process must end for a call that is overdue, which is then counted and named once. */
bool watchdog_overdue(struct judge *j, const char *process, struct crash_slot *row, int64_t now);

#endif
