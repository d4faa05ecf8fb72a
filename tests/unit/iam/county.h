/* A database with the core's migrations and two counties, for tests of who may what:
 *
 *   431129 江华  township 431129100, plugin "elderly" on; 431129101, nothing on
 *   321311 宿豫  township 321311100
 *
 * Roles and permissions are those of the matrix. Rows are written by the superuser. */
#ifndef TESTS_UNIT_IAM_COUNTY_H
#define TESTS_UNIT_IAM_COUNTY_H

#include "base/arena.h"
#include "db/db.h"
#include "db/testdb.h"

enum { COUNTY = 431129, OTHER_COUNTY = 321311 };

struct county {
    struct testdb db;
    char app[320], gate[320];  /* DSNs of wulian_app and wulian_gate */
    struct db_conn *super;
    struct arena *arena;
};

/* Fails the test program when it cannot. Declares the core's permissions, loads messages, opens the
 * keyring with a key of its own. */
void county_open(struct county *k);
void county_close(struct county *k);
/* kill -9 of the database; up again. */
void county_kill(struct county *k);
void county_restart(struct county *k);

/* Runs statements as the superuser; dies when they are refused. */
void county_sql(struct county *k, const char *sql);
/* The one number of a query, 0 for null. */
int64_t county_number(struct county *k, const char *sql);

/* An account of its own with one post and an open session: the token's 43 characters. */
const char *county_sign_in(struct county *k, int county, const char *role, int64_t scope_div);
/* A call with that token, as the front would make it; free with call_free. */
struct call;
struct op;
struct call *county_call(const struct op *op, int county, const char *secret);

#endif
