/* An action to a state that does not exist. */
#define NAME "action_state"
#define ACTIONS                                                                                    \
    {                                                                                              \
        .name = "close", .from = "open", .to = "shut", .permission = "close"                       \
    }
#include "../plain.h"
