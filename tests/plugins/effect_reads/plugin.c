/* An effect that reads what is the platform's own. */
#define NAME "effect_reads"
#define EFFECTS                                                                                    \
    {                                                                                              \
        .on = "close", .record = "effect_reads.thing",                                             \
        .rows = WL_SQL("select a.name as title from t"                                             \
                       "  join admin.account a on a.county = t.county and a.id = t.holder")        \
    }
#include "../plain.h"
