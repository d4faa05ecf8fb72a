/* An effect that would write behind the host's back. */
#define NAME "effect_writes"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_writes.thing",                                            \
        .rows = WL_SQL("with gone as (delete from effect_writes.thing x returning x.title)"        \
                       " select g.title from gone g")                                              \
    }
#include "../plain.h"
