/* Fixed, but nobody is told why. */
#define NAME "fixed_half"
#define FIXED .fixed_when = WL_SQL("t.holder is not null")
#include "../plain.h"
