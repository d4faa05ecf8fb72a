/* Restricted material in a record that everybody in scope sees. */
#define NAME "class_four"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "story", .type = WL_TEXT, .sensitivity = WL_CLASS_4                                \
    }
#include "../plain.h"
