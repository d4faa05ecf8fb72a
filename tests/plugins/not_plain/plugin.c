/* A statement that sets something. */
#define NAME "not_plain"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "widen", WL_SQL("set wl.lo = 0")                                                           \
    }
#include "../plain.h"
