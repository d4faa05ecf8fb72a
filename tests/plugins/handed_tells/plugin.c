/* Tells somebody of a row that is handed on. */
#define NAME "handed_tells"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        "to_div", WL_DIVISION, WL_CLASS_0, .flags = WL_FIXED                                       \
    }
#define FLAGS WL_HANDED_ON
#define NOTICES                                                                                    \
    {                                                                                              \
        .on = "close", .to = "@station_head", .text = "closed"                                     \
    }
#include "../plain.h"
