/* A guard that would close the brackets of the host's own WHERE. */
#define NAME "action_guard"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .guard = WL_SQL("true) or (true"), .refusal = "never"                               \
    }
#include "../plain.h"
