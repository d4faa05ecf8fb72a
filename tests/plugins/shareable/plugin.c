/* Opens rows past the scope, which is the platform's to do. */
#define NAME "shareable"
#define FLAGS WL_SHAREABLE
#include "../plain.h"
