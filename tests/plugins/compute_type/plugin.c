/* A value computed as another type than its field's. */
#define NAME "compute_type"
#define FIELDS                                                                                     \
    TITLE, STATE,                                                                                  \
    {                                                                                              \
        .name = "holder", .type = WL_STAFF, .sensitivity = WL_CLASS_1,                             \
        .flags = WL_COMPUTED | WL_LISTED, .compute = WL_SQL("core.today()")                        \
    }
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE                                                                                      \
    }
#include "../plain.h"
