/* Calls of a county's own account (系统), by which chores and reminders do their work. */
#ifndef WULIAN_RECORD_SERVICE_H
#define WULIAN_RECORD_SERVICE_H

#include "record/chore_run.h"

/* A call with its actor, by the secret of an open service session; call_free frees it. NULL: that
 * session is over, or the database does not answer. */
struct call *service_call(const struct chore_host *h, const struct op *op, int county,
                          const char *secret, int64_t within_us);

#endif
