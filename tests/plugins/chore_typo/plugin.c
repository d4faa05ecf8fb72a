/* A chore over a column there is not. */
#define NAME "chore_typo"
#define CHORES                                                                                     \
    {                                                                                              \
        .name = "tidy", .at = "daily 01:00", .record = "chore_typo.thing",                         \
        .rows = WL_SQL("select x.id from chore_typo.thing x where x.county = t.county"             \
                       "   and x.made < t.at"),                                                    \
        .set = WL_SQL("title = 'x'")                                                               \
    }
#include "../plain.h"
