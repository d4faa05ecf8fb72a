/* An effect that sets no column. */
#define NAME "effect_set"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_set.thing", .rows = WL_SQL("select t.id from t"),         \
        .set = WL_SQL("o.title || '!'")                                                            \
    }
#include "../plain.h"
