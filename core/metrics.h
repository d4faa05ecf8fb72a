/* GET /metrics: the counts of all processes of this server as Prometheus text (exposition format
 * 0.0.4), on a listener of its own (setting metrics.listen) that serves nothing about people. */
#ifndef WULIAN_METRICS_H
#define WULIAN_METRICS_H

#include "call/call.h"

extern const struct op metrics_op;

#endif
