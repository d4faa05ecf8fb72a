/* The gate's side of background work: functions that say what is due and note what was done. */
#ifndef WULIAN_CALL_GATE_H
#define WULIAN_CALL_GATE_H

#include "call/lazy.h"

/* One such function in a transaction of its own, within 10 s; NULL: it failed, which is logged. */
const struct db_rows *gate_ask(struct db_conn *gate, struct arena *a, struct lazy *l, int n,
                               const char *const *params);

#endif
