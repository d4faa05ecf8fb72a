/* A field without a type. */
#define NAME "field_type"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "colour", .sensitivity = WL_CLASS_0                                                \
    }
#include "../plain.h"
