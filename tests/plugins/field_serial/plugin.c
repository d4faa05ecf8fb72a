/* A serial that may be filtered by. */
#define NAME "field_serial"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "no", .type = WL_SERIAL, .sensitivity = WL_CLASS_0, .flags = WL_FILTER, .of = "X"  \
    }
#include "../plain.h"
