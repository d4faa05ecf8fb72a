/* Tables in and out: the operations of the verbs import and export, and the jobs behind them. */
#ifndef WULIAN_RECORD_EXCHANGE_H
#define WULIAN_RECORD_EXCHANGE_H

#include "job/job.h"
#include "record/record.h"

/* The operations, appended to ops; returns how many. */
int rec_exchange_ops(struct arena *a, const struct rec *r, const struct op **ops, int max);
/* Makes the job kinds known; once, before the first job. */
void rec_exchange_jobs(void);

/* POST …/import (import_ops.c) */
bool rec_import_plan(struct call *c, struct db_batch *b);

/* POST …/export, GET …/export (export_ops.c) */
bool rec_export_plan(struct call *c, struct db_batch *b);
void rec_export_handle(struct call *c, struct db_conn *conn);
/* GET …/import/template (template.c) */
bool rec_template_plan(struct call *c, struct db_batch *b);
void rec_template_render(struct call *c, struct db_batch *b);

#endif
