/* An action that asks for a verb nobody is given. */
#define NAME "unheld"
#define ACCESS                                                                                     \
    {                                                                                              \
        "thing", "station_head", "create read update"                                              \
    }
#include "../plain.h"
