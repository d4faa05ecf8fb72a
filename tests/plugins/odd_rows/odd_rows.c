/* Says that its rows are longer than they are: the second would be read from between two. */
#include <wulian/plugin.h>

static const struct wl_statement rows[] = {
    {"a", WL_SQL("select 1 from odd_rows.thing t where t.county = $1")},
    {"b", WL_SQL("select 2 from odd_rows.thing t where t.county = $1")},
};

#define NAME "odd_rows"
#define STATEMENT_TABLE                                                                            \
    {                                                                                              \
        rows, 2, sizeof(struct wl_statement) + 3                                                   \
    }
#include "../plain.h"
