/* A rule for a state the record does not have. */
#define NAME "rule_values"
#define RULES                                                                                      \
    {                                                                                              \
        WL_REQUIRED_IF, "title", "state", "ajar"                                                   \
    }
#include "../plain.h"
