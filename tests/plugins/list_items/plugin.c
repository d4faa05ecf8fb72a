/* A list without the fields of an item. */
#define NAME "list_items"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "rows", .type = WL_LIST, .sensitivity = WL_CLASS_1                                 \
    }
#include "../plain.h"
