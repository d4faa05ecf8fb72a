/* An effect that would widen its scope. */
#define NAME "effect_forges"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_forges.thing",                                            \
        .rows = WL_SQL("select t.title || set_config('wl.lo', '0', true) as title from t")         \
    }
#include "../plain.h"
