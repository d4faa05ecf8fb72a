/* An effect that fills a column there is not. */
#define NAME "effect_column"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_column.thing",                                            \
        .rows = WL_SQL("select t.title, 1 as colour from t")                                       \
    }
#include "../plain.h"
