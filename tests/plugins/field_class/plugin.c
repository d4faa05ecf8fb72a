/* A field without a sensitivity class. */
#define NAME "field_class"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "colour", .type = WL_TEXT                                                          \
    }
#include "../plain.h"
