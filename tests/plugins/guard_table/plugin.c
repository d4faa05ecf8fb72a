/* A guard that looks where the plugin may not. */
#define NAME "guard_table"
#define GUARDS                                                                                     \
    {                                                                                              \
        "title", "never",                                                                          \
            WL_SQL("exists (select from station.resident r where r.county = t.county)")            \
    }
#include "../plain.h"
