/* The same in a branch that every plan drops. */
#define NAME "forges_hidden"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "widen",                                                                                   \
            WL_SQL("select case when false then set_config('wl.lo', '0', true) else t.title end"   \
                   "  from forges_hidden.thing t where t.county = $1")                             \
    }
#include "../plain.h"
