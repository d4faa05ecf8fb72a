/* Routes with a plugin's own C behind them, and the host functions that C may call. */
#ifndef WULIAN_PLUGIN_ROUTE_H
#define WULIAN_PLUGIN_ROUTE_H

#include <wulian/plugin.h>

#include "call/call.h"

/* The operations of a plugin's routes, appended to ops; returns how many. */
int route_ops(struct arena *a, const struct wl_plugin *p, bool linked, const struct op **ops,
              int max);

#endif
