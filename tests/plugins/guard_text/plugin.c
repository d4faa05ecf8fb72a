/* A guard without a text for people. */
#define NAME "guard_text"
#define GUARDS                                                                                     \
    {                                                                                              \
        "title", "too_long", WL_SQL("length(t.title) < 9")                                         \
    }
#include "../plain.h"
