/* An action from a state that does not exist. */
#define NAME "action_from"
#define ACTIONS                                                                                    \
    {                                                                                              \
        .name = "close", .from = "open ajar", .to = "closed", .permission = "close"                \
    }
#include "../plain.h"
