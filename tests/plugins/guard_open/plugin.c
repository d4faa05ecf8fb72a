/* A guard that closes the host's bracket. */
#define NAME "guard_open"
#define GUARDS                                                                                     \
    {                                                                                              \
        "title", "too_long", WL_SQL("true) or (true")                                              \
    }
#include "../plain.h"
