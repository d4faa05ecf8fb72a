/* A statement that widens its own scope. */
#define NAME "forges"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "widen", WL_SQL("select set_config('wl.lo', '0', true) from forges.thing t"                \
                        " where t.county = $1")                                                    \
    }
#include "../plain.h"
