/* A constraint without a message. */
#define NAME "no_text"
#define CHECKS                                                                                     \
    {                                                                                              \
        "thing_title", "title"                                                                     \
    }
#include "../plain.h"
