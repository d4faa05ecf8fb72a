/* A guard whose fault would stand nowhere. */
#define NAME "guard_field"
#define GUARDS                                                                                     \
    {                                                                                              \
        "colour", "too_bright", WL_SQL("t.title <> ''")                                            \
    }
#include "../plain.h"
