/* An action that sets a column its table does not have. */
#define NAME "set_typo"
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .set = WL_SQL("closed_at = now()")                                                  \
    }
#include "../plain.h"
