/* Never somebody that no staff field names. */
#define NAME "action_never"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .never = "holder title"                                                             \
    }
#include "../plain.h"
