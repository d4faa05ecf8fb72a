/* A throw-away PostgreSQL cluster for tests: own directory, unix socket only, run as an unprivileged
 * user when the test runs as root. */
#ifndef TESTS_UNIT_DB_CLUSTER_H
#define TESTS_UNIT_DB_CLUSTER_H

#include <stdbool.h>
#include <sys/types.h>

struct cluster {
    char dir[64];  /* the socket lies here too */
    char bin[128]; /* where initdb and postgres are */
    char dsn[256]; /* superuser postgres, database postgres */
    pid_t postmaster;
    uid_t uid; /* who runs the server */
    gid_t gid;
};

/* initdb and start; false (with a line on stderr) when that fails. */
bool cluster_new(struct cluster *c);
/* Starts the server and waits until it answers. */
bool cluster_start(struct cluster *c);
/* kill -9 of the postmaster; its backends notice by themselves. */
void cluster_kill(struct cluster *c);
/* Immediate stop, then removes the directory. */
void cluster_free(struct cluster *c);

#endif
