/* A statement that waits. */
#define NAME "sleeps"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "wait", WL_SQL("select t.title from sleeps.thing t"                                        \
                       " where t.county = $1 and pg_sleep(10) is not null")                        \
    }
#include "../plain.h"
