/* What follows from a step, and what the clock brings: a matter that makes tasks and spends a
 * fund, and chores of every schedule. */
#ifndef FOLLOWS_H
#define FOLLOWS_H

#include <wulian/plugin.h>

extern const struct wl_record fund, matter, task;

#endif
