/* A filter that no index of the table holds. */
#define NAME "no_filter_index"
#define FIELDS                                                                                     \
    TITLE, STATE,                                                                                  \
    {                                                                                              \
        .name = "holder", .type = WL_STAFF, .sensitivity = WL_CLASS_1,                             \
        .flags = WL_COMPUTED | WL_LISTED | WL_FILTER                                               \
    }
#include "../plain.h"
