/* An effect whose rows are two statements. */
#define NAME "effect_plain"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_plain.thing",                                             \
        .rows = WL_SQL("select t.title from t; delete from effect_plain.thing")                    \
    }
#include "../plain.h"
