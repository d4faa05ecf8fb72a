/* Comparison of a record's description with its table and history table. */
#ifndef WULIAN_RECORD_DRIFT_H
#define WULIAN_RECORD_DRIFT_H

#include "record/catalog.h"
#include "record/rec.h"

/* Columns, types, NOT NULL, primary key, row security with its policies and no other, declared
 * checks, indexes behind sorting and searching. False and *why: "elderly: record errand: table
 * elderly.errand: field spent_fen: column spent_fen: is integer, must be bigint". Where the
 * database may be `ahead`, columns that no field describes are fine. */
bool drift_check(struct arena *a, const struct catalog *db, const struct rec *r, bool ahead,
                 const char **why);
/* As the owner: every statement the host generated for the record is prepared (never run), so that
 * a slip in `compute`, `set` or `guard` shows now and not at somebody's first use. */
bool drift_statements(struct arena *a, struct db_conn *owner, const struct rec *r,
                      const char **why);
/* Every tenant table of the database, whoever made it: row security, county policy, county-first
 * keys; and the application role owns nothing (core.isolation_faults). */
bool isolation_check(struct arena *a, const struct catalog *db, const char **why);

#endif
