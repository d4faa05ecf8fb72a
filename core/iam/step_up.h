/* What asks whether the person is still there (step-up): giving rights away, carrying data out,
 * changing what a county uses. The database decides (core.enter_fresh). */
#ifndef WULIAN_IAM_STEP_UP_H
#define WULIAN_IAM_STEP_UP_H

#include <stdbool.h>

#include "call/call.h"

/* How long a proof is good for; 0 (until it is called): nothing asks for one. Once, at start. */
void step_up_set(int minutes);
int step_up_minutes(void);
/* Whether c->op, under c->permission, asks for a fresh proof. */
bool step_up_needed(const struct call *c);
/* For documents: whether it may, by one of its permissions. */
bool step_up_of(const struct op *op);

#endif
