/* A statement that names a column its table does not have. */
#define NAME "typo"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "titles", WL_SQL("select t.titel from typo.thing t where t.county = $1")                   \
    }
#include "../plain.h"
