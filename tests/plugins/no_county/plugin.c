/* A statement without the county. */
#define NAME "no_county"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "titles", WL_SQL("select t.id from no_county.thing t where t.title = $1")                  \
    }
#include "../plain.h"
