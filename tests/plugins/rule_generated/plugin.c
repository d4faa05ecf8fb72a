/* A rule over a field that the test's table generates. */
#define NAME "rule_generated"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE                                                                                      \
    }
#define RULES                                                                                      \
    {                                                                                              \
        WL_REQUIRED_IF, "title", "holder", "*"                                                     \
    }
#include "../plain.h"
