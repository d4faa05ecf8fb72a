/* An effect that reads sessions where it sets. */
#define NAME "effect_peeks"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_peeks.thing", .rows = WL_SQL("select t.id from t"),       \
        .set = WL_SQL("title = (select s.name from core.session s limit 1)")                       \
    }
#include "../plain.h"
