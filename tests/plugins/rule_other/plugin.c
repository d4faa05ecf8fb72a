/* A rule about a field the record does not have. */
#define NAME "rule_other"
#define RULES                                                                                      \
    {                                                                                              \
        WL_ANY_OF, "title", "colour", NULL                                                         \
    }
#include "../plain.h"
