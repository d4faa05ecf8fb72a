/* Reading the small fixed bodies of the core's own routes: faults are collected at their fields. */
#ifndef WULIAN_IAM_BODY_H
#define WULIAN_IAM_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "call/call.h"

/* Adds a fault for every member whose name is not among the space-separated `known`. */
void body_only(struct call *c, const char *known);
/* The text of a member; NULL with a fault when it is required and missing, or is no text of 1 to
 * max code points. NULL without a fault when it is not required and missing or null. */
const char *body_text(struct call *c, const char *name, bool required, int64_t max);
/* Same for a uuid. */
const char *body_uuid(struct call *c, const char *name, bool required);
/* A yes or no; false when it is missing or null. */
bool body_bool(struct call *c, const char *name);

#endif
