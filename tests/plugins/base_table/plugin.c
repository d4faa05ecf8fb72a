/* A statement on the residents' table instead of the published view. */
#define NAME "base_table"
#define STATEMENTS                                                                                 \
    {                                                                                              \
        "phones", WL_SQL("select r.phone_enc from station.resident r where r.county = $1")         \
    }
#include "../plain.h"
