/* Two statements in one text. */
#define NAME "two_statements"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "titles", WL_SQL("select t.title from two_statements.thing t where t.county = $1;"         \
                         " delete from two_statements.thing")                                      \
    }
#include "../plain.h"
