/* Two chores of one name. */
#define NAME "chore_twice"
#define CHORES                                                                                     \
    {                                                                                              \
        .name = "tidy",                                                                            \
        .at = "daily 01:00",                                                                       \
        .record = "chore_twice.thing",                                                             \
        .rows = WL_SQL("select t.day::text as key, 'x' as title from t"),                          \
    },                                                                                             \
    {                                                                                              \
        .name = "tidy", .at = "daily 02:00", .record = "chore_twice.thing",                        \
        .rows = WL_SQL("select t.day::text as key, 'x' as title from t")                           \
    }
#include "../plain.h"
