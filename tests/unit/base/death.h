/* For tests of what must abort the process. */
#ifndef WULIAN_TEST_DEATH_H
#define WULIAN_TEST_DEATH_H

#include <stdbool.h>

/* Runs fn(arg) in a child with a silent stderr: whether it ended by SIGABRT. */
bool aborts(void (*fn)(void *), void *arg);

#endif
