/* A condition that would close the host's bracket. */
#define NAME "effect_when"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .when = WL_SQL("true) or (true"), .record = "effect_when.thing",            \
        .rows = WL_SQL("select t.title from t")                                                    \
    }
#include "../plain.h"
