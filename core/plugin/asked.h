/* The query of a route, held against what the route says it asks (wl_route.asks). */
#ifndef WULIAN_PLUGIN_ASKED_H
#define WULIAN_PLUGIN_ASKED_H

#include "call/call.h"

/* False, and the reply is 400 bad_query naming each parameter, when one is missing, unknown or not
 * of its type: what passes can be cast in a statement as it is. NULL: nothing may be asked. */
bool asked_check(struct call *c, const char *asks);

#endif
