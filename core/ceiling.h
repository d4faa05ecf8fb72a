/* What one worker may take of the machine: a plugin that asks for memory or descriptors without end
 * finds the end here, and harms nobody but its own process. */
#ifndef WULIAN_CEILING_H
#define WULIAN_CEILING_H

#include <stdbool.h>

struct settings;

/* For this process, for good: http.memory_mb, and descriptors for http.connections. */
void ceiling_set(const struct settings *s);
/* False when next to no descriptor is left: far more are gone than connections can have taken. */
bool ceiling_files_left(void);

#endif
