/* Two actions of one name. */
#define NAME "action_twice"
#define ACTIONS                                                                                    \
    {CLOSE},                                                                                       \
    {                                                                                              \
        CLOSE                                                                                      \
    }
#include "../plain.h"
