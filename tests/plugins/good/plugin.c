/* Nothing wrong. */
#define NAME "good"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "titles", WL_SQL("select t.title from good.thing t where t.county = $1")                   \
    }
#include "../plain.h"
