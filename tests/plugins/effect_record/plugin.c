/* An effect on rows of a record that there is not. */
#define NAME "effect_record"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "station.thing", .rows = WL_SQL("select t.title from t")          \
    }
#include "../plain.h"
