/* An effect with a column that nobody named. */
#define NAME "effect_unnamed"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_unnamed.thing",                                           \
        .rows = WL_SQL("select upper(t.title) from t")                                             \
    }
#include "../plain.h"
