/* An action that moves a row to another division, which nobody may. */
#define NAME "moves"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .set = WL_SQL("div = t.div + 1")                                                    \
    }
#include "../plain.h"
