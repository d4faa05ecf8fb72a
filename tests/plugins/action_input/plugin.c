/* An action that takes a computed field from the client. */
#define NAME "action_input"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .input = "holder!"                                                                  \
    }
#include "../plain.h"
