/* An import key that two rows may share. */
#define NAME "key_empty"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "mark", .type = WL_TEXT, .sensitivity = WL_CLASS_1, .flags = WL_KEY                \
    }
#include "../plain.h"
