/* More places than a decimal has. */
#define NAME "decimal_scale"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "weight", .type = WL_DECIMAL, .sensitivity = WL_CLASS_1, .scale = 7                \
    }
#include "../plain.h"
