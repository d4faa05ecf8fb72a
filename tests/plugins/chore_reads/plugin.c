/* A chore that reads what is the platform's own. */
#define NAME "chore_reads"
#define CHORES                                                                                     \
    {                                                                                              \
        .name = "tidy", .at = "daily 01:00", .record = "chore_reads.thing",                        \
        .rows = WL_SQL("select t.day::text as key, s.name as title from core.session s"            \
                       " where s.county = t.county")                                               \
    }
#include "../plain.h"
