/* A statement on a table of the core. */
#define NAME "core_table"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "sessions", WL_SQL("select s.account from core.session s where s.county = $1")             \
    }
#include "../plain.h"
