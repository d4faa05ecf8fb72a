/* Hands out rights on what is not its own. */
#define NAME "core_object"
#define OBJECT "resident"
#define ACCESS                                                                                     \
    {                                                                                              \
        "resident", "volunteer", "read delete close"                                               \
    }
#include "../plain.h"
