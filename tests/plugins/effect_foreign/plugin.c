/* An effect on rows that another module keeps to itself. */
#define NAME "effect_foreign"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "station.visit", .rows = WL_SQL("select t.title from t")          \
    }
#include "../plain.h"
