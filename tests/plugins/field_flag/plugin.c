/* A flag that this server does not know. */
#define NAME "field_flag"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "colour", .type = WL_TEXT, .sensitivity = WL_CLASS_0, .flags = 1u << 31            \
    }
#include "../plain.h"
