/* What every question to the reports has in common: which report, of which station, by whom.
 * Private to core/report. */
#ifndef WULIAN_REPORT_ASK_H
#define WULIAN_REPORT_ASK_H

#include "call/call.h"
#include "db/db.h"
#include "report/indicator.h"

/* Replies 400 bad_query about a parameter; false. */
bool ask_refuse(struct call *c, const char *name, const char *code);
/* Whether the path names a report; else false, and 404 is replied. */
bool ask_report(struct call *c);
/* The parameter `org`, NULL when it is not given; false: it is no id, and 400 is replied. */
bool ask_org(struct call *c, const char **org);
/* text[] of the services that are on for the caller: "{elderly,governance}". */
const char *ask_plugins(struct call *c);
/* n parameters, of which $1 to $7 are filled as the statements of indicators take them: county,
 * scope, [from, to) as instants, one org or NULL, the plugins that are on for the caller. */
const char **ask_params(struct call *c, const char *from, const char *to, const char *org, int n);
/* Whether anything of the indicator is counted for the caller. */
bool ask_counts(const struct call *c, const struct indicator *x);
/* A number may be known to whom its rows are not: they open to who may read every record that is
 * counted for the caller. With b, the database is asked for these rights too. */
bool ask_rows(struct call *c, const struct indicator *x, struct db_batch *b);

#endif
