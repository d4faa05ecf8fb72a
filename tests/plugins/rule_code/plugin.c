/* A rule for a code that its table does not have. */
#define NAME "rule_code"
#define FIELDS                                                                                     \
    {.name = "title",                                                                              \
     .type = WL_CHOICE,                                                                            \
     .sensitivity = WL_CLASS_0,                                                                    \
     .flags = WL_REQUIRED | WL_LISTED,                                                             \
     .of = "SEX"},                                                                                 \
        STATE, HOLDER,                                                                             \
    {                                                                                              \
        .name = "colour", .type = WL_TEXT, .sensitivity = WL_CLASS_0                               \
    }
#define RULES                                                                                      \
    {                                                                                              \
        WL_REQUIRED_IF, "colour", "title", "7"                                                     \
    }
#include "../plain.h"
