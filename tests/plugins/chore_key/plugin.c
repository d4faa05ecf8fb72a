/* A chore whose rows cannot be told from those it made before. */
#define NAME "chore_key"
#define CHORES                                                                                     \
    {                                                                                              \
        .name = "tidy", .at = "daily 01:00", .record = "chore_key.thing",                          \
        .rows = WL_SQL("select 'x' as title from t")                                               \
    }
#include "../plain.h"
