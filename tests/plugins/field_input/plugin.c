/* A field that only an action sets, and no action takes. */
#define NAME "field_input"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "colour", .type = WL_TEXT, .sensitivity = WL_CLASS_0, .flags = WL_ACTION           \
    }
#include "../plain.h"
