/* Handed on, but to no place. */
#define NAME "handed_nowhere"
#define FLAGS WL_HANDED_ON
#include "../plain.h"
