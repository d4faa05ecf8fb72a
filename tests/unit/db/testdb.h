/* A throw-away PostgreSQL cluster for tests: own directory, unix socket only, run as an
 * unprivileged user when the test runs as root. */
#ifndef TESTS_UNIT_DB_TESTDB_H
#define TESTS_UNIT_DB_TESTDB_H

#include <stdbool.h>
#include <sys/types.h>

struct testdb {
    char dir[64];  /* the socket lies here too */
    char bin[128]; /* where initdb and postgres are */
    char dsn[256]; /* superuser postgres, database postgres */
    pid_t postmaster;
    uid_t uid; /* who runs the server */
    gid_t gid;
};

/* initdb and start; false (with a line on stderr) when that fails. */
bool testdb_new(struct testdb *c);
/* Starts the server and waits until it answers. */
bool testdb_start(struct testdb *c);
/* kill -9 of the postmaster; its backends notice by themselves. */
void testdb_kill(struct testdb *c);
/* Immediate stop, then removes the directory. */
void testdb_free(struct testdb *c);

#endif
