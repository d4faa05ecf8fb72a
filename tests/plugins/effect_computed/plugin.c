/* An effect that fills what computes itself. */
#define NAME "effect_computed"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "station.request",                                                \
        .rows = WL_SQL("select now() as received_at from t")                                       \
    }
#include "../plain.h"
