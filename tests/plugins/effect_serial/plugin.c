/* An effect that would number a row itself. */
#define NAME "effect_serial"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "station.request", .rows = WL_SQL("select 1 as no from t")        \
    }
#include "../plain.h"
