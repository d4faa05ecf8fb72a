/* An effect that would move a row. */
#define NAME "effect_moves"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_moves.thing", .rows = WL_SQL("select t.id from t"),       \
        .set = WL_SQL("div = o.div + 1")                                                           \
    }
#include "../plain.h"
