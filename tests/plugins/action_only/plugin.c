/* Only somebody that no staff field names may act. */
#define NAME "action_only"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .only = "title"                                                                     \
    }
#include "../plain.h"
