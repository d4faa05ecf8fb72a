/* Refers to a record that nobody has. */
#define NAME "unknown_record"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "owner", .type = WL_REFERENCE, .sensitivity = WL_CLASS_1, .of = "station.owner"    \
    }
#include "../plain.h"
