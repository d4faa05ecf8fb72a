/* A unique field whose index is an ordinary one. */
#define NAME "no_unique_index"
#define FIELDS                                                                                     \
    {.name = "title",                                                                              \
     .type = WL_TEXT,                                                                              \
     .sensitivity = WL_CLASS_0,                                                                    \
     .flags = WL_REQUIRED | WL_LISTED | WL_UNIQUE,                                                 \
     .max = 60},                                                                                   \
        STATE, HOLDER
#include "../plain.h"
