/* Choices from a code table that nobody made. */
#define NAME "no_code_table"
#define FIELDS                                                                                     \
    STATE, HOLDER,                                                                                 \
    {                                                                                              \
        .name = "title", .type = WL_CHOICE, .sensitivity = WL_CLASS_0, .of = "TITLES",             \
        .flags = WL_REQUIRED | WL_LISTED                                                           \
    }
#include "../plain.h"
