/* Counts rows that it does not have. */
#define NAME "no_rows"
#define STATEMENT_TABLE                                                                            \
    {                                                                                              \
        NULL, 2, sizeof(struct wl_statement)                                                       \
    }
#include "../plain.h"
