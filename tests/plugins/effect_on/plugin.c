/* An effect on an action that the record does not have. */
#define NAME "effect_on"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "create reopen", .record = "effect_on.thing",                                        \
        .rows = WL_SQL("select t.title from t")                                                    \
    }
#include "../plain.h"
