/* Fixed by a column that is not there. */
#define NAME "fixed_typo"
#define FIXED .fixed_when = WL_SQL("t.hodler is not null"), .fixed_refusal = "never"
#include "../plain.h"
