/* An effect that leaves out what is required. */
#define NAME "effect_missing"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_missing.thing", .rows = WL_SQL("select t.holder from t")  \
    }
#include "../plain.h"
