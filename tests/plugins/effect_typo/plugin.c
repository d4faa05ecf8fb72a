/* An effect over a column there is not. */
#define NAME "effect_typo"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_typo.thing",                                              \
        .rows = WL_SQL("select t.titel as title from t")                                           \
    }
#include "../plain.h"
