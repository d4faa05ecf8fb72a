/* What to look at before a month is sent or accepted: figures that jump, work that is late or in
 * draft, stations that are missing, months that were counted otherwise since. */
#ifndef WULIAN_REPORT_FINDINGS_H
#define WULIAN_REPORT_FINDINGS_H

#include "call/call.h"

/* Makes the statement over all records; after they are registered, start-up only. */
bool findings_build(struct arena *a, const char **why);

#endif
