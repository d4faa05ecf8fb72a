/* A chore over rows that another module keeps to itself. */
#define NAME "chore_foreign"
#define CHORES                                                                                     \
    {                                                                                              \
        .name = "tidy", .at = "daily 01:00", .record = "station.visit",                            \
        .rows = WL_SQL("select t.day::text as key, 'x' as title from t")                           \
    }
#include "../plain.h"
