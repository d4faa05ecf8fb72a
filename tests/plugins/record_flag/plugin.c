/* A flag of a record that no server knows yet. */
#define NAME "record_flag"
#define FLAGS 1u << 20
#include "../plain.h"
