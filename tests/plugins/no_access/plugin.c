/* No access row for its record's object. */
#define NAME "no_access"
#define ACCESS                                                                                     \
    {                                                                                              \
        "thong", "station_head", "create read update close"                                        \
    }
#include "../plain.h"
