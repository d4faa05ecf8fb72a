/* Divisions and the activation of plugins. */
#ifndef WULIAN_TENANT_OPS_H
#define WULIAN_TENANT_OPS_H

#include "call/call.h"

extern const struct op tenant_ops[];
extern const int tenant_nops;

/* What stands behind them; the table is ops.c. */

/* division.c */
bool divisions_plan(struct call *c, struct db_batch *b);
void divisions_render(struct call *c, struct db_batch *b);

/* activation_ops.c */
bool plugins_plan(struct call *c, struct db_batch *b);
void plugins_render(struct call *c, struct db_batch *b);
bool switch_plan(struct call *c, struct db_batch *b);
void switch_render(struct call *c, struct db_batch *b);
bool matrix_plan(struct call *c, struct db_batch *b);
void matrix_render(struct call *c, struct db_batch *b);

#endif
