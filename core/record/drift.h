/* Comparison of a record's description with its table and history table. */
#ifndef WULIAN_RECORD_DRIFT_H
#define WULIAN_RECORD_DRIFT_H

#include "record/rec.h"

/* Columns, types, NOT NULL, primary key, row security with both policies, declared checks. False
 * and *why: "elderly: record errand: field spent_fen: column is integer, must be bigint". */
bool drift_check(struct arena *a, struct db_conn *conn, const struct rec *r, const char **why);
/* Every tenant table of the database, whoever made it: row security, county policy, county-first
 * keys; and the application role owns nothing (core.isolation_faults). */
bool isolation_check(struct arena *a, struct db_conn *conn, const char **why);

#endif
