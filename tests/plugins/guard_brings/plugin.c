/* A guard that reads what its action does not take. */
#define NAME "guard_brings"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .input = "title!", .guard = WL_SQL("v.title <> t.title and v.holder is null"),      \
               .refusal = "never"                                                                  \
    }
#include "../plain.h"
