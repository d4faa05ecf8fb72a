/* The figures of a monthly report as they are sent: station.month_report's submit and close write
 * core.report_snapshot in their own transaction and from one snapshot of the database, so that a
 * figure that cannot be had refuses the step, and a row that comes late is either in them or in the
 * next month's corrections, never in both. */
#ifndef WULIAN_REPORT_FREEZE_H
#define WULIAN_REPORT_FREEZE_H

#include "call/call.h"
#include "db/db.h"

/* Makes the statements of all indicators, and hangs them on the actions; start-up only. */
bool freeze_build(struct arena *a, const char **why);

/* What has to be put right of earlier months, as the report of `month` (its first day) at that
 * division would say if it were sent now: one row, core.report_snapshot.corrections as text. p
 * holds the caller's county and the scope; returns the index. */
int corrections_add(struct call *c, struct db_batch *b, const char *div, const char *month);

/* For the demonstration, whose reports were not sent by anybody: the figures of those of a month
 * that count as sent, by the same statement; as the owner. The texts live until the batch's end. */
void freeze_demo_add(struct db_batch *b, const char *county, const char *month, bool of_county);

#endif
