/* A chore at a time that no calendar has. */
#define NAME "chore_at"
#define CHORES                                                                                     \
    {                                                                                              \
        .name = "tidy", .at = "monthly 0 01:00", .record = "chore_at.thing",                       \
        .rows = WL_SQL("select t.day::text as key, 'x' as title from t")                           \
    }
#include "../plain.h"
