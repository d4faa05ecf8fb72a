/* Reading the audit ledger: the audit administrator's only route. */
#ifndef WULIAN_AUDIT_OPS_H
#define WULIAN_AUDIT_OPS_H

#include "call/call.h"

extern const struct op audit_ops[];
extern const int audit_nops;

/* GET /api/v1/audit; the command line runs the same op. Newest first. */
bool audit_list_plan(struct call *c, struct db_batch *b);
void audit_list_render(struct call *c, struct db_batch *b);

enum { AUDIT_PAGE = 50, AUDIT_PAGE_MAX = 200 };

#endif
