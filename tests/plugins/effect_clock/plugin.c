/* An effect that changes a state whose clock can stand. */
#define NAME "effect_clock"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "station.request", .rows = WL_SQL("select t.id from t"),          \
        .set = WL_SQL("state = 'closed'")                                                          \
    }
#include "../plain.h"
