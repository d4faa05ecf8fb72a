/* A set whose comment would swallow the host's WHERE. */
#define NAME "action_set"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .set = WL_SQL("holder = core.actor() -- who closed it")                             \
    }
#include "../plain.h"
