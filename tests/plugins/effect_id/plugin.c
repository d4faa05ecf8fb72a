/* An effect that changes rows without saying which. */
#define NAME "effect_id"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_id.thing", .rows = WL_SQL("select t.title from t"),       \
        .set = WL_SQL("title = s.title")                                                           \
    }
#include "../plain.h"
