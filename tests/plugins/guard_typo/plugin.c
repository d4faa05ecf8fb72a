/* A guard over a column that is not there. */
#define NAME "guard_typo"
#define GUARDS                                                                                     \
    {                                                                                              \
        "title", "never", WL_SQL("t.titel is not null")                                            \
    }
#include "../plain.h"
