/* Routes of the process itself: GET /healthz says that the loop turns, and nothing else. */
#ifndef WULIAN_HTTP_HEALTH_H
#define WULIAN_HTTP_HEALTH_H

#include "call/call.h"

extern const struct op http_ops[];
extern const int http_nops;

#endif
