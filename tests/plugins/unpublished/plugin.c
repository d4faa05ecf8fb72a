/* Refers to a record that its module keeps to itself. */
#define NAME "unpublished"
#define FIELDS                                                                                     \
    TITLE, STATE, HOLDER,                                                                          \
    {                                                                                              \
        .name = "visit", .type = WL_REFERENCE, .sensitivity = WL_CLASS_1, .of = "station.visit"    \
    }
#include "../plain.h"
