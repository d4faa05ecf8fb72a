/* An action without permission. */
#define NAME "action_open"
#define ACTIONS                                                                                    \
    {                                                                                              \
        .name = "close", .from = "open", .to = "closed"                                            \
    }
#include "../plain.h"
