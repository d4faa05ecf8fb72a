/* Routes of reports, and the indicators they are made of. */
#ifndef WULIAN_REPORT_OPS_H
#define WULIAN_REPORT_OPS_H

#include <wulian/plugin.h>

#include "call/call.h"

extern const struct op report_ops[];
extern const int report_nops;
/* Few indicators over many months or days, and the last that was counted: for charts. */
extern const struct op series_ops[];
extern const int series_nops;

/* The modules whose indicators make up the reports, in order; start-up only. False and *why when an
 * indicator names a share_of or a record that does not exist. */
bool report_set_catalog(struct arena *a, const struct wl_plugin *const *plugins, int n,
                        const char **why);

#endif
